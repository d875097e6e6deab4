/* SPDX-License-Identifier: MIT */
#include "text_process_limits.h"

#include "base/size_text.h"
#include "text_finding.h"
#include "text_stack.h"

#define SAMPLES_LEAST 2 /* fewer are no line */

bool text_process_limits_warn(const struct report_process *process)
{
    const struct finding_list *findings = &process->limits.findings;

    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].severity >= FINDING_WARNING && findings->items[i].subject == NULL)
            return true;
    return false;
}

void text_limit_findings(const struct text_writer *writer, const struct finding_list *findings)
{
    const enum finding_severity least = writer->view->verbosity > 0 ? FINDING_NOTE : FINDING_WARNING;

    for (int severity = FINDING_ERROR; severity >= (int)least; severity--)
        for (size_t i = 0; i < findings->count; i++)
            if ((int)findings->items[i].severity == severity)
                text_finding(writer, &findings->items[i]);
}

/* ---- The time line ---- */

static void print_value(const struct text_writer *writer, enum time_series series, struct known value)
{
    if (!value.known)
        fprintf(writer->stream, " %11s", "unknown");
    else
        fprintf(writer->stream, " %11s", series == SERIES_MAPPINGS ? text_number(value.value).text : size_text(value.value).text);
}

/* Of what there was none at any time there is nothing to tell. */
static void print_series(const struct text_writer *writer, const struct time_line *line, enum time_series series)
{
    static const char *const names[TIME_SERIES] = {[SERIES_LIVE] = "live",
                                                   [SERIES_RESIDENT] = "in RAM",
                                                   [SERIES_SWAPPED] = "in swap",
                                                   [SERIES_LOCKED] = "locked",
                                                   [SERIES_MAPPINGS] = "mappings"};
    const struct time_extremes *extremes = &line->extremes[series];

    if (!extremes->most.known || extremes->most.value == 0)
        return;
    fprintf(writer->stream, "%*s:", TEXT_LABEL, names[series]);
    print_value(writer, series, line->samples[0].values[series]);
    print_value(writer, series, line->samples[line->count - 1].values[series]);
    print_value(writer, series, extremes->least);
    print_value(writer, series, extremes->most);
    putc('\n', writer->stream);
}

static void print_growth(const struct text_writer *writer, const struct growth_forecast *forecast)
{
    if (forecast->growth.rate <= 0)
        return;
    fprintf(writer->stream, "%*s: %s a minute of %s", TEXT_LABEL, "growth", size_text((uint64_t)(forecast->growth.rate * 60)).text,
            forecast->growth.of_live ? "live memory" : "memory in RAM and swap");
    if (forecast->limit)
        fprintf(writer->stream, "; the first limit, %s, is %s away", forecast->limit, size_text(forecast->left).text);
    if (forecast->seconds.known)
        fprintf(writer->stream, ": %s s at this rate", text_number(forecast->seconds.value).text);
    putc('\n', writer->stream);
}

static void print_time_line(const struct text_writer *writer, const struct limits_history *limits)
{
    const struct time_line *line = &limits->time_line;

    if (line->count < SAMPLES_LEAST)
        return;
    fprintf(writer->stream, "\n%*s: %s samples in %s\n", TEXT_LABEL, "time line", text_number(line->offered).text,
            text_seconds(line->samples[line->count - 1].at_ns - line->samples[0].at_ns).text);
    fprintf(writer->stream, "%*s  %11s %11s %11s %11s\n", TEXT_LABEL, "", "first", "last", "least", "most");
    for (enum time_series series = 0; series < TIME_SERIES; series++)
        print_series(writer, line, series);
    print_growth(writer, &limits->forecast);
}

void text_process_limits(const struct text_writer *writer, const struct report_process *process)
{
    text_limit_findings(writer, &process->limits.findings);
    if (writer->view->verbosity > 0 || (writer->view->verbosity == 0 && report_forecast_warns(process)))
        print_time_line(writer, &process->limits);
}
