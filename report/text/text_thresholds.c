/* SPDX-License-Identifier: MIT */
#include "text_thresholds.h"

#include <errno.h>
#include <string.h>

#include "base/size_text.h"
#include "report/encoding/stream_end.h"
#include "report/report.h"
#include "text_stack.h"

/* The frames of a site that are shown where one line for all is too little, and a screen full too much. */
#define FRAMES_AT_ONCE 5

/* "12.3 MiB", or in bytes if that would say the same of the value and of the threshold; of mappings, which are no bytes, "65,000".
 */
static struct text_amount amount_text(const struct report_threshold *threshold, uint64_t value)
{
    const bool equal = strcmp(size_text(threshold->value).text, size_text(threshold->most).text) == 0;
    struct text_amount text;

    if (threshold->kind == THRESHOLD_MAPPINGS)
        snprintf(text.text, sizeof text.text, "%s", text_number(value).text);
    else if (equal)
        snprintf(text.text, sizeof text.text, "%s bytes", text_number(value).text);
    else
        snprintf(text.text, sizeof text.text, "%s", size_text(value).text);
    return text;
}

/* "12.3 MiB live after 0.312 s, more than --max-live=10 MiB" */
static void print_crossing(const struct text_writer *writer, const struct report_threshold *threshold, uint64_t started_ns)
{
    static const char *const of[THRESHOLD_KINDS] = {
        [THRESHOLD_LIVE] = "live", [THRESHOLD_RSS] = "in RAM", [THRESHOLD_LOCKED] = "locked", [THRESHOLD_MAPPINGS] = "mappings"};
    const uint64_t after_ns = threshold->at_ns > started_ns ? threshold->at_ns - started_ns : 0;

    text_print(writer, STYLE_BAD, "%s %s", amount_text(threshold, threshold->value).text, of[threshold->kind]);
    fprintf(writer->stream, " %s %s, more than --max-%s=%s\n", threshold->at_peak ? "at the peak before" : "after",
            text_seconds(after_ns).text, threshold_name(threshold->kind), amount_text(threshold, threshold->most).text);
}

void text_threshold_sites(const struct text_writer *writer, const struct report_threshold *threshold, size_t frames_max)
{
    for (size_t i = 0; i < threshold->site_count; i++) {
        const struct report_threshold_site *site = &threshold->sites[i];
        struct report_stack stack = site->stack;
        if (stack.frame_count > frames_max) {
            stack.frame_count = frames_max;
            stack.truncated = true;
        }
        fprintf(writer->stream, "    %s live\n", text_amount((struct leak_amount){site->blocks, site->bytes}).text);
        text_stack(writer, &stack, 6);
    }
}

static void print_bytes_or_count(FILE *stream, enum limit_unit unit, uint64_t value)
{
    fputs(unit == LIMIT_BYTES ? size_text(value).text : text_number(value).text, stream);
}

/* "97.6 MiB of RLIMIT_AS, 100 MiB, in use after 0.312 s: 2.4 MiB left until ENOMEM" */
static void print_warning(const struct text_writer *writer, const struct report_limit_warning *warning, uint64_t started_ns)
{
    const struct report_threshold *at = &warning->at;
    FILE *stream = writer->stream;

    print_bytes_or_count(stream, warning->unit, at->value);
    fprintf(stream, " of %s, ", warning->name);
    print_bytes_or_count(stream, warning->unit, at->most);
    if (warning->where) {
        fputs(" (", stream);
        text_foreign(writer, warning->where);
        fputs(")", stream);
    }
    fprintf(stream, ", in use after %s: ", text_seconds(at->at_ns > started_ns ? at->at_ns - started_ns : 0).text);
    print_bytes_or_count(stream, warning->unit, warning->left);
    fprintf(stream, " left until %s\n", limit_effect_name(warning->effect));
}

void text_thresholds(const struct text_writer *writer, const struct report_process *process)
{
    for (size_t i = 0; i < process->threshold_count; i++) {
        fputs("\n  Threshold crossed: ", writer->stream);
        print_crossing(writer, &process->thresholds[i], process->started_ns);
        text_threshold_sites(writer, &process->thresholds[i], SIZE_MAX);
    }
    for (size_t i = 0; i < process->limit_warning_count; i++) {
        text_print(writer, STYLE_WARNING, "\n  Near a limit: ");
        print_warning(writer, &process->limit_warnings[i], process->started_ns);
        text_threshold_sites(writer, &process->limit_warnings[i].at, SIZE_MAX);
    }
    if (process->thresholds_dropped > 0)
        fprintf(writer->stream, "\n  %s further crossing%s not recorded\n", text_number(process->thresholds_dropped).text,
                process->thresholds_dropped == 1 ? " was" : "s were");
}

/* ---- At once ---- */

static void begin(const struct text_writer *writer, const struct report_process *process)
{
    errno = 0;
    text_print(writer, STYLE_STRONG, "leakwatch: ");
    fprintf(writer->stream, "process %d, ", (int)process->pid);
    text_path(writer, process->executable ? process->executable : "");
    fputs(": ", writer->stream);
}

static int end(FILE *stream)
{
    return stream_end(stream);
}

int report_write_threshold(const struct report_process *process, const struct report_threshold *threshold,
                           const struct report_view *view, FILE *stream)
{
    const struct text_writer writer = {stream, view};

    begin(&writer, process);
    print_crossing(&writer, threshold, process->started_ns);
    text_threshold_sites(&writer, threshold, FRAMES_AT_ONCE);
    return end(stream);
}

int report_write_limit_warning(const struct report_process *process, const struct report_limit_warning *warning,
                               const struct report_view *view, FILE *stream)
{
    const struct text_writer writer = {stream, view};

    begin(&writer, process);
    text_print(&writer, STYLE_WARNING, "warning: ");
    print_warning(&writer, warning, process->started_ns);
    text_threshold_sites(&writer, &warning->at, FRAMES_AT_ONCE);
    return end(stream);
}
