/* SPDX-License-Identifier: MIT
 * What `leakwatch diff` found, for people. */
#include "report/diff_report.h"

#include <errno.h>

#include "model/report_diff.h"
#include "text_stack.h"

static enum text_style style_of(enum diff_change change)
{
    return change == DIFF_NEW || change == DIFF_GROWN ? STYLE_BAD : change == DIFF_SAME ? STYLE_PLAIN : STYLE_GOOD;
}

/* ---- A finding ---- */

static void print_amount(const struct text_writer *writer, const struct diff_finding *finding, struct leak_amount amount)
{
    const char *plural = text_plural(amount.blocks);

    switch (finding->subject) {
    case DIFF_LEAK:
        fputs(text_amount(amount).text, writer->stream);
        break;
    case DIFF_MAPPING:
        fprintf(writer->stream, "%s byte%s in %s mapping%s", text_number(amount.bytes).text, text_plural(amount.bytes),
                text_number(amount.blocks).text, plural);
        break;
    case DIFF_DESCRIPTOR:
        fprintf(writer->stream, "%s descriptor%s", text_number(amount.blocks).text, plural);
        break;
    case DIFF_FINDING:
        fprintf(writer->stream, "%s finding%s", text_number(amount.blocks).text, plural);
        break;
    case DIFF_THRESHOLD:
    case DIFF_ERROR:
        fprintf(writer->stream, "%s time%s", text_number(amount.blocks).text, plural);
        break;
    case DIFF_SUBJECTS:
        break;
    }
}

static void print_subject(const struct text_writer *writer, const struct diff_finding *finding)
{
    if (finding->subject == DIFF_ERROR || finding->subject == DIFF_FINDING)
        fprintf(writer->stream, ", %s", finding->what);
    else if (finding->subject == DIFF_THRESHOLD)
        fprintf(writer->stream, ", more than --max-%s", finding->what);
    else if (finding->subject == DIFF_LEAK)
        fprintf(writer->stream, " %s", report_kind_fate(finding->kind));
    else
        fputs(finding->subject == DIFF_DESCRIPTOR ? " left open" : " still mapped", writer->stream);
}

/* Some checks know no place, and say nothing of it. */
static bool is_at_a_place(const struct diff_finding *finding)
{
    return finding->stack->frame_count > 0 || (finding->subject != DIFF_FINDING && finding->subject != DIFF_THRESHOLD);
}

static void print_finding(const struct text_writer *writer, const struct diff_finding *finding)
{
    fputs("\n  ", writer->stream);
    text_print(writer, style_of(finding->change), "%s", diff_change_name(finding->change));
    fputs(": ", writer->stream);
    if (finding->change == DIFF_GROWN || finding->change == DIFF_SHRUNK) {
        print_amount(writer, finding, finding->before);
        fputs(", now ", writer->stream);
    }
    print_amount(writer, finding, finding->change == DIFF_GONE ? finding->before : finding->after);
    print_subject(writer, finding);
    putc('\n', writer->stream);
    if (is_at_a_place(finding))
        text_stack(writer, finding->stack, 6);
}

/* What has become better is told with -v only, and what is the same with -vv. */
static bool is_shown(const struct report_view *view, enum diff_change change)
{
    if (change == DIFF_NEW || change == DIFF_GROWN)
        return true;
    return view->verbosity > (change == DIFF_SAME ? 1 : 0);
}

/* ---- All ---- */

/* What was not seen is neither new nor gone. */
static void print_not_seen(const struct text_writer *writer, const char *path, const struct report *report)
{
    const size_t count = report_count_not_seen(report);

    if (count == 0)
        return;
    fputs("\n  ", writer->stream);
    text_foreign(writer, path);
    text_print(writer, STYLE_WARNING, ": %s process%s not fully seen", text_number(count).text, count == 1 ? "" : "es");
    putc('\n', writer->stream);
}

static void print_verdict(const struct text_writer *writer, const struct report_diff *diff)
{
    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "leakwatch: ");
    for (enum diff_change change = DIFF_NEW; change < DIFF_CHANGES; change++) {
        const size_t count = report_diff_count(diff, change);
        if (change > DIFF_NEW)
            fputs(", ", writer->stream);
        text_print(writer, count > 0 ? style_of(change) : STYLE_PLAIN, "%s %s", text_number(count).text, diff_change_name(change));
    }
    putc('\n', writer->stream);
}

int diff_write_text(const struct compared_reports *compared, const struct report_view *view, FILE *stream)
{
    const struct text_writer writer = {stream, view};
    const struct report_diff *diff = compared->diff;

    errno = 0;
    if (view->verbosity >= 0 || report_diff_is_worse(diff)) {
        for (size_t i = 0; i < diff->count; i++)
            if (is_shown(view, diff->findings[i].change))
                print_finding(&writer, &diff->findings[i]);
        print_not_seen(&writer, compared->before_path, compared->before);
        print_not_seen(&writer, compared->after_path, compared->after);
        print_verdict(&writer, diff);
    }
    if (fflush(stream) != 0 || ferror(stream))
        return errno ? -errno : -EIO;
    return 0;
}
