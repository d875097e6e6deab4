/* SPDX-License-Identifier: MIT */
#include "text_fail_alloc.h"

#include "report/encoding/signal_name.h"
#include "text_process.h"
#include "text_stack.h"

#define LABEL     18 /* columns up to the colon, as in text_process.c */
#define SPANS_MAX 6  /* of numbers that are listed */

/* ---- Numbers ---- */

struct span {
    uint64_t first, last;
};

/* The numbers of a group from run `*next` on that follow one another, but for pairs, which are no shorter so. */
static struct span take_span(const struct fail_alloc *fail_alloc, const struct fail_group *group, size_t *next)
{
    struct span span = {.first = fail_alloc->runs[group->runs[*next]].number};

    size_t end = *next + 1;
    while (end < group->count && fail_alloc->runs[group->runs[end]].number == span.first + (end - *next))
        end++;
    if (end - *next == 2)
        end--;
    span.last = span.first + (end - *next) - 1;
    *next = end;
    return span;
}

/* "Allocation 7", "Allocations 2, 5 to 9 and 30 more" */
static void print_numbers(const struct text_writer *writer, const struct fail_alloc *fail_alloc, const struct fail_group *group)
{
    size_t next = 0;

    fprintf(writer->stream, "Allocation%s ", text_plural(group->count));
    for (int spans = 0; next < group->count; spans++) {
        if (spans == SPANS_MAX) {
            fprintf(writer->stream, " and %s more", text_number(group->count - next).text);
            return;
        }
        struct span span = take_span(fail_alloc, group, &next);
        fprintf(writer->stream, "%s%s", spans > 0 ? ", " : "", text_number(span.first).text);
        if (span.last > span.first)
            fprintf(writer->stream, " to %s", text_number(span.last).text);
    }
}

/* ---- One call ---- */

static void print_signal(const struct text_writer *writer, const char *who, int signal, bool core_dumped)
{
    char name[SIGNAL_NAME_SIZE];

    text_print(writer, STYLE_BAD, "%s is killed by %s%s", who, report_signal_name(signal, name),
               core_dumped ? " (core dumped)" : "");
}

static void print_outcome(const struct text_writer *writer, const struct fail_run *run)
{
    fputs("    then ", writer->stream);
    if (run->outcome == FAIL_HANG)
        text_print(writer, STYLE_BAD, "it does not end in time");
    else if (run->crash_in_child)
        print_signal(writer, "a child", run->crash_signal, false);
    else if (run->end == END_SIGNAL)
        print_signal(writer, "it", run->signal, run->core_dumped);
    else
        fprintf(writer->stream, "it exits with status %d", run->status);
    if (run->leak_count + run->error_count > 0)
        fprintf(writer->stream, ", and this is new:");
    putc('\n', writer->stream);
}

/* "Allocation 7 (24 bytes) fails" */
static void print_failed(const struct text_writer *writer, const struct fail_alloc *fail_alloc, const struct fail_group *group)
{
    const struct fail_run *run = &fail_alloc->runs[group->worst];
    struct text_number bytes = text_number(run->failures.bytes);
    const char *plural = text_plural(run->failures.bytes);

    if (run->failures.made > 1) {
        fprintf(writer->stream, "Allocations from %s on fail, %s in all; the first (%s byte%s)\n", text_number(run->number).text,
                text_number(run->failures.made).text, bytes.text, plural);
        return;
    }
    print_numbers(writer, fail_alloc, group);
    if (run->failures.made == 1)
        fprintf(writer->stream, " (%s byte%s) %s\n", bytes.text, plural, group->count > 1 ? "fail" : "fails");
    else
        fprintf(writer->stream, ": not seen to fail\n");
}

static void print_group(const struct text_writer *writer, const struct fail_alloc *fail_alloc, const struct fail_group *group)
{
    const struct fail_run *run = &fail_alloc->runs[group->worst];

    fputs("\n  ", writer->stream);
    print_failed(writer, fail_alloc, group);
    if (run->failures.made > 0)
        text_stack(writer, &run->failures.stack, 6);
    print_outcome(writer, run);
    for (size_t i = 0; i < run->error_count; i++)
        text_error(writer, &run->errors[i], 6);
    for (size_t i = 0; i < run->leak_count; i++)
        text_leak(writer, &run->leaks[i], 6);
}

/* ---- All ---- */

static const char *no_more(enum fail_stop stopped)
{
    switch (stopped) {
    case FAIL_STOP_NOT_SEEN:
        return ", its allocations could not be counted";
    case FAIL_STOP_HANGS:
        return ", it does not end in time even if none fails";
    case FAIL_STOP_INTERRUPTED:
        return " (interrupted)";
    default:
        return "";
    }
}

static void print_title(const struct text_writer *writer, const struct fail_alloc *fail_alloc)
{
    const struct fail_run *runs = fail_alloc->runs;

    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "Failing allocations: ");
    if (fail_alloc->run_count == 0 && fail_alloc->stopped == FAIL_STOP_NO_MORE)
        fprintf(writer->stream, "none, the program makes only %s", text_number(fail_alloc->allocations).text);
    else if (fail_alloc->run_count == 0)
        fprintf(writer->stream, "none%s", no_more(fail_alloc->stopped));
    else if (fail_alloc->each)
        fprintf(writer->stream, "%s to %s of %s, each in a run of its own%s", text_number(runs[0].number).text,
                text_number(runs[fail_alloc->run_count - 1].number).text, text_number(fail_alloc->allocations).text,
                no_more(fail_alloc->stopped));
    else
        fprintf(writer->stream, "%s of %s", text_number(runs[0].failures.made).text, text_number(fail_alloc->allocations).text);
    putc('\n', writer->stream);
}

static bool is_shown(const struct text_writer *writer, const struct fail_alloc *fail_alloc, const struct fail_group *group)
{
    if (fail_alloc->runs[group->worst].outcome >= FAIL_LEAK || writer->view->verbosity > 0)
        return true;
    return writer->view->verbosity == 0 && !fail_alloc->each;
}

static void print_outcomes(const struct text_writer *writer, const struct fail_alloc *fail_alloc)
{
    static const char *const labels[FAIL_OUTCOMES] = {
        [FAIL_OK] = "as without failure",
        [FAIL_STATUS] = "other exit status",
        [FAIL_LEAK] = "leaks",
        [FAIL_ERROR] = "memory errors",
        [FAIL_HANG] = "hangs",
        [FAIL_CRASH] = "crashes",
    };

    putc('\n', writer->stream);
    for (size_t i = 0; i < FAIL_OUTCOMES; i++) {
        size_t count = fail_alloc->outcomes[i];
        if (count == 0)
            continue;
        fprintf(writer->stream, "%*s: ", LABEL, labels[i]);
        text_print(writer, i >= FAIL_LEAK ? STYLE_BAD : STYLE_PLAIN, "%s run%s\n", text_number(count).text, text_plural(count));
    }
}

static size_t count_harm(const struct fail_alloc *fail_alloc)
{
    size_t count = 0;

    for (size_t i = FAIL_LEAK; i < FAIL_OUTCOMES; i++)
        count += fail_alloc->outcomes[i];
    return count;
}

void text_fail_alloc(const struct text_writer *writer, const struct fail_alloc *fail_alloc)
{
    if (fail_alloc == NULL || (writer->view->verbosity < 0 && count_harm(fail_alloc) == 0))
        return;
    print_title(writer, fail_alloc);
    for (size_t i = 0; i < fail_alloc->group_count; i++)
        if (is_shown(writer, fail_alloc, &fail_alloc->groups[i]))
            print_group(writer, fail_alloc, &fail_alloc->groups[i]);
    if (writer->view->verbosity >= 0 && fail_alloc->each && fail_alloc->run_count > 0)
        print_outcomes(writer, fail_alloc);
}

void text_fail_alloc_verdict(const struct text_writer *writer, const struct fail_alloc *fail_alloc)
{
    if (fail_alloc == NULL || !fail_alloc->each || fail_alloc->run_count == 0)
        return;
    size_t harm = count_harm(fail_alloc), runs = fail_alloc->run_count;
    fputs("; ", writer->stream);
    if (harm == 0)
        text_print(writer, STYLE_GOOD, "no harm from %s failing allocation%s", text_number(runs).text, text_plural(runs));
    else
        text_print(writer, STYLE_BAD, "harm from %s of %s failing allocation%s", text_number(harm).text, text_number(runs).text,
                   text_plural(runs));
}
