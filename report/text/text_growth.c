/* SPDX-License-Identifier: MIT */
#include "text_growth.h"

#include <errno.h>

#include "report/encoding/stream_end.h"
#include "report/report.h"

#define GROUPS_SHOWN 10 /* -v shows all */

/* ---- Numbers with a sign ---- */

struct signed_number {
    char text[40];
};

static struct signed_number with_sign(int64_t value)
{
    struct signed_number number;
    const uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;

    snprintf(number.text, sizeof number.text, "%s%s", value < 0 ? "-" : "+", text_number(size).text);
    return number;
}

static void print_change(const struct text_writer *writer, struct growth_change change)
{
    if (change.bytes == 0 && change.blocks == 0) {
        fputs("unchanged", writer->stream);
        return;
    }
    fprintf(writer->stream, "%s byte%s, %s block%s", with_sign(change.bytes).text,
            change.bytes == 1 || change.bytes == -1 ? "" : "s", with_sign(change.blocks).text,
            change.blocks == 1 || change.blocks == -1 ? "" : "s");
}

/* A slow leak tells more by the hour. */
static void print_slope(const struct text_writer *writer, double bytes_per_second)
{
    const bool slow = bytes_per_second > -1 && bytes_per_second < 1;
    const double shown = slow ? bytes_per_second * 3600 : bytes_per_second;

    if (shown > -9e18 && shown < 9e18) /* what an int64_t holds */
        fprintf(writer->stream, ", %s bytes per %s", with_sign((int64_t)(shown < 0 ? shown - 0.5 : shown + 0.5)).text,
                slow ? "hour" : "second");
}

/* ---- After each look ---- */

int report_write_look(const struct growth_look *look, struct growth_change change, const struct growth_step *steps, size_t count,
                      FILE *stream)
{
    static const struct report_view plain = {0};
    const struct text_writer writer = {stream, &plain};

    errno = 0;
    fprintf(stream, "leakwatch: look %s after %s: %s", text_number(look->number).text, text_seconds(look->at_ns).text,
            text_amount(look->live).text);
    if (look->lost.blocks > 0)
        fprintf(stream, ", %s lost", text_amount(look->lost).text);
    if (look->number > 1) {
        fputs("; ", stream);
        print_change(&writer, change);
    }
    putc('\n', stream);
    for (size_t i = 0; i < count; i++) {
        fputs("leakwatch:   ", stream);
        print_change(&writer, steps[i].change);
        fputs(": ", stream);
        text_foreign(&writer, steps[i].content);
        putc('\n', stream);
    }
    return stream_end(stream);
}

/* ---- In the end ---- */

static void print_group(const struct text_writer *writer, const struct growth_group *group)
{
    fputs("  ", writer->stream);
    print_change(writer, group->grown);
    if (group->grown.bytes != 0)
        print_slope(writer, group->bytes_per_second);
    fputs(": ", writer->stream);
    text_foreign(writer, group->content);
    if (group->survived.blocks > 0)
        text_print(writer, STYLE_WARNING, " (%s lost at each look)", text_amount(group->survived).text);
    putc('\n', writer->stream);
}

static uint64_t span_ns(const struct growth *growth)
{
    if (growth->series_count == 0)
        return 0;
    return growth->series[growth->series_count - 1].at_ns - growth->series[0].at_ns;
}

void text_growth(const struct text_writer *writer, const struct growth *growth)
{
    static const char *const ends[] = {
        [GROWTH_STOP_COUNT] = "",
        [GROWTH_STOP_INTERRUPTED] = ", then interrupted",
        [GROWTH_STOP_ENDED] = ", then the process ended",
        [GROWTH_STOP_FAILED] = ", then it could not be looked at any more",
    };

    if (growth == NULL)
        return;
    const bool all = writer->view->verbosity > 0;
    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "Growth");
    fprintf(writer->stream, " over %s look%s in %s%s\n", text_number(growth->looks).text, text_plural(growth->looks),
            text_seconds(span_ns(growth)).text, ends[growth->stopped]);
    for (size_t i = 0; i < growth->group_count && (all || i < GROUPS_SHOWN); i++)
        print_group(writer, &growth->groups[i]);
    if (growth->group_count == 0)
        fputs("  no group of blocks has changed\n", writer->stream);
    else if (growth->group_count > GROUPS_SHOWN && !all)
        text_print(writer, STYLE_FAINT, "  %s more groups changed (listed with -v)\n",
                   text_number(growth->group_count - GROUPS_SHOWN).text);
}
