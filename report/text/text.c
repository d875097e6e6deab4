/* SPDX-License-Identifier: MIT
 *
 * The report for people. The order of ideas is valgrind's: errors, heap, leaks, sums. The last line alone says whether the program
 * leaked, how much, and where most of it. */
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "model/report_baseline.h"
#include "model/report_model.h"
#include "report/encoding/stream_end.h"
#include "text_fail_alloc.h"
#include "text_growth.h"
#include "text_process.h"
#include "text_process_limits.h"
#include "text_stack.h"
#include "text_style.h"

/* ---- Processes ---- */

/* The process that the user started; the last program that it ran. Processes stand in the order in which they began. */
static bool is_main(const struct report *report, const struct report_process *process)
{
    return process->pid == report->processes[0].pid && process->end != END_EXEC;
}

/* A program with hundreds of children that did nothing wrong must not fill the screen: of these only the one that the user started
 * is shown with its totals. */
static bool is_shown(const struct text_writer *writer, const struct report *report, size_t index)
{
    const struct report_process *process = &report->processes[index];

    if (text_process_has_findings(writer, process))
        return true;
    return writer->view->verbosity > 0 || (writer->view->verbosity == 0 && is_main(report, process));
}

static bool equal_notes(const struct report_process *left, const struct report_process *right)
{
    if (left->coverage != right->coverage || left->reason_count != right->reason_count ||
        strcmp(left->executable, right->executable) != 0)
        return false;
    for (size_t i = 0; i < left->reason_count; i++)
        if (strcmp(left->reasons[i], right->reasons[i]) != 0)
            return false;
    return true;
}

/* Whether the notes of this process still have to be told: it was not shown, and no other with equal notes came before it. */
static bool tells_notes(const struct text_writer *writer, const struct report *report, size_t index)
{
    const struct report_process *process = &report->processes[index];

    if (is_shown(writer, report, index) || process->coverage == COVERAGE_FULL)
        return false;
    for (size_t i = 0; i < index; i++)
        if (!is_shown(writer, report, i) && equal_notes(&report->processes[i], process))
            return false;
    return true;
}

static size_t count_equal_notes(const struct text_writer *writer, const struct report *report, size_t index)
{
    size_t count = 0;

    for (size_t i = index; i < report->process_count; i++)
        count += !is_shown(writer, report, i) && equal_notes(&report->processes[i], &report->processes[index]);
    return count;
}

static void print_short_notes(const struct text_writer *writer, const struct report *report, size_t index)
{
    const struct report_process *process = &report->processes[index];
    size_t count = count_equal_notes(writer, report, index);

    putc('\n', writer->stream);
    text_print(writer, STYLE_WARNING, "%s", process->coverage == COVERAGE_NONE ? "Heap not seen" : "Heap not all seen");
    fprintf(writer->stream, ": process %d", (int)process->pid);
    if (count > 1)
        fprintf(writer->stream, " and %s more", text_number(count - 1).text);
    fputs(", ", writer->stream);
    text_path(writer, process->executable);
    for (size_t i = 0; i < process->reason_count; i++) {
        fputs(i == 0 ? ": " : "; ", writer->stream);
        text_foreign(writer, process->reasons[i]);
    }
    putc('\n', writer->stream);
}

static void print_processes(const struct text_writer *writer, const struct report *report)
{
    size_t left_out = 0;

    for (size_t i = 0; i < report->process_count; i++) {
        if (is_shown(writer, report, i))
            text_process(writer, &report->processes[i]);
        else
            left_out += report->processes[i].coverage == COVERAGE_FULL;
    }
    for (size_t i = 0; i < report->process_count; i++)
        if (tells_notes(writer, report, i))
            print_short_notes(writer, report, i);
    if (left_out > 0 && writer->view->verbosity == 0)
        fprintf(writer->stream, "\n%s more process%s had nothing to report.\n", text_number(left_out).text,
                left_out == 1 ? "" : "es");
}

/* ---- Sums ---- */

static void print_total(const struct text_writer *writer, const struct report *report)
{
    size_t checked = 0;

    for (size_t i = 0; i < report->process_count; i++)
        checked += report->processes[i].leak_checked;
    if (checked < 2)
        return;
    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "All %s processes together\n", text_number(checked).text);
    text_kinds(writer, report->total);
}

static void print_suppressions(const struct text_writer *writer, const struct report *report)
{
    if (writer->view->verbosity <= 0)
        return;
    for (size_t i = 0; i < report->suppressions_used_count; i++) {
        const struct report_suppression_use *use = &report->suppressions_used[i];
        struct leak_amount amount = {use->blocks, use->bytes};
        fprintf(writer->stream, "%sused suppression: %s by ", i == 0 ? "\n" : "", text_amount(amount).text);
        text_foreign(writer, use->name);
        putc('\n', writer->stream);
    }
    for (size_t i = 0; i < report->suppressions_unused_count; i++) {
        const struct report_unused_suppression *unused = &report->suppressions_unused[i];
        fputs(i == 0 ? "\nunused suppression: " : "unused suppression: ", writer->stream);
        text_foreign(writer, unused->name);
        fputs(" (", writer->stream);
        text_path(writer, unused->file);
        fprintf(writer->stream, ":%u)\n", unused->line);
    }
}

/* ---- The last line ---- */

static bool is_own_code(const struct report_process *process, const struct report_frame *frame)
{
    return frame->module && frame->function && strcmp(frame->module, process->executable) == 0 &&
           !(frame->file && strncmp(frame->file, "/usr/", 5) == 0);
}

/* The frame that the programmer thinks of: the innermost one in the program itself, but for what it has of headers of the system;
 * or else the innermost that has a name. */
static const struct report_frame *telling_frame(const struct report_process *process, const struct report_leak *leak)
{
    for (size_t i = 0; i < leak->stack.frame_count; i++)
        if (is_own_code(process, leak->stack.frames[i]))
            return leak->stack.frames[i];
    for (size_t i = 0; i < leak->stack.frame_count; i++)
        if (leak->stack.frames[i]->function)
            return leak->stack.frames[i];
    return NULL;
}

static uint64_t lost_bytes(const struct report_leak *leak)
{
    return leak->direct.bytes + leak->indirect.bytes;
}

/* Records are sorted by kind, then size: the first of a process is its worst. With a baseline only those count that are worse than
 * it. NULL: there is none. */
static const struct report_leak *worst_leak(const struct report *report, const struct report_process *process)
{
    for (size_t i = 0; i < process->leak_count; i++) {
        const enum report_novelty novelty = process->leaks[i].novelty;
        if (report->baseline == NULL || novelty == NOVELTY_NEW || novelty == NOVELTY_GROWN)
            return &process->leaks[i];
    }
    return NULL;
}

static const struct report_frame *worst_place(const struct report *report)
{
    const struct report_process *process = NULL;
    const struct report_leak *worst = NULL;

    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_leak *next = worst_leak(report, &report->processes[i]);
        if (next == NULL)
            continue;
        if (worst == NULL || next->kind < worst->kind || (next->kind == worst->kind && lost_bytes(next) > lost_bytes(worst))) {
            process = &report->processes[i];
            worst = next;
        }
    }
    return worst ? telling_frame(process, worst) : NULL;
}

static void print_lost(const struct text_writer *writer, const struct report *report, bool counts_as_error)
{
    const struct leak_amount *total = report->total;
    struct leak_amount lost = {total[LEAK_DEFINITE].blocks + total[LEAK_INDIRECT].blocks,
                               total[LEAK_DEFINITE].bytes + total[LEAK_INDIRECT].bytes};
    const char *separator = "";

    if (lost.blocks > 0) {
        text_print(writer, STYLE_BAD, "%s lost", text_amount(lost).text);
        separator = ", ";
    }
    if (total[LEAK_POSSIBLE].blocks > 0) {
        text_print(writer, STYLE_WARNING, "%s%s possibly lost", separator, text_amount(total[LEAK_POSSIBLE]).text);
        separator = ", ";
    }
    if (separator[0] != '\0')
        return;
    struct text_amount reachable = text_amount(total[LEAK_REACHABLE]);
    if (counts_as_error)
        text_print(writer, STYLE_BAD, "%s still reachable", reachable.text);
    else if (total[LEAK_REACHABLE].blocks > 0)
        text_print(writer, STYLE_GOOD, "no leaks, %s still reachable", reachable.text);
    else
        text_print(writer, STYLE_GOOD, "no leaks");
}

static uint64_t count_memory_errors(const struct report *report)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->process_count; i++)
        for (size_t k = 0; k < report->processes[i].error_count; k++)
            count += report->processes[i].errors[k].novelty != NOVELTY_KNOWN;
    return count;
}

static uint64_t count_crossings(const struct report *report)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->process_count; i++)
        count += report->processes[i].threshold_count + report->processes[i].thresholds_dropped;
    return count;
}

static uint64_t count_realtime_errors(const struct report *report)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->process_count; i++)
        count += report_count_findings(&report->processes[i].realtime.findings, FINDING_ERROR);
    return count;
}

/* "1 new, 0 grown, 3 known by FILE; " */
static void print_novelties(const struct text_writer *writer, const struct report_baseline *baseline)
{
    if (baseline == NULL)
        return;
    text_print(writer, baseline->new_count > 0 ? STYLE_BAD : STYLE_GOOD, "%s new", text_number(baseline->new_count).text);
    fputs(", ", writer->stream);
    text_print(writer, baseline->grown > 0 ? STYLE_BAD : STYLE_GOOD, "%s grown", text_number(baseline->grown).text);
    fprintf(writer->stream, ", %s known by ", text_number(baseline->known).text);
    text_path(writer, baseline->file);
    fputs("; ", writer->stream);
}

static void print_verdict(const struct text_writer *writer, const struct report *report)
{
    uint64_t memory_errors = count_memory_errors(report), crossings = count_crossings(report);
    const uint64_t late = count_realtime_errors(report);
    size_t not_seen = report_count_not_seen(report);
    /* Those of failing allocations are told last. */
    const uint64_t others = memory_errors + crossings + late + (report->fail_alloc ? report->fail_alloc->error_count : 0);
    /* Of what a baseline has just accepted nothing is an error. */
    const uint64_t leak_errors = report->error_count > others ? report->error_count - others : 0;
    bool checked = false;

    for (size_t i = 0; i < report->process_count; i++)
        checked |= report->processes[i].leak_checked;
    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "leakwatch: ");
    print_novelties(writer, report->baseline);
    if (memory_errors > 0)
        text_print(writer, STYLE_BAD, "%s memory error%s, ", text_number(memory_errors).text, text_plural(memory_errors));
    if (crossings > 0)
        text_print(writer, STYLE_BAD, "%s threshold%s crossed, ", text_number(crossings).text, text_plural(crossings));
    if (late > 0)
        text_print(writer, STYLE_BAD, "%s error%s of real time, ", text_number(late).text, text_plural(late));
    if (checked)
        print_lost(writer, report, leak_errors > 0);
    else
        text_print(writer, STYLE_WARNING, "not checked for leaks");
    const struct report_frame *place = leak_errors > 0 ? worst_place(report) : NULL;
    if (place != NULL) {
        fputs(", most at ", writer->stream);
        text_frame(writer, place);
    }
    if (not_seen > 0)
        text_print(writer, STYLE_WARNING, "; %s process%s not fully seen", text_number(not_seen).text, not_seen == 1 ? "" : "es");
    text_fail_alloc_verdict(writer, report->fail_alloc);
    putc('\n', writer->stream);
}

/* Whoever reads the report must know that not all went as it does otherwise. */
static void print_injections(const struct text_writer *writer, const struct report *report)
{
    for (size_t i = 0; i < report->injection_count; i++) {
        const struct report_injection *injection = &report->injections[i];
        fputs(i == 0 ? "\nInjected: " : "Injected: ", writer->stream);
        text_foreign(writer, injection->text);
        if (injection->count == 0)
            text_print(writer, STYLE_WARNING, ", which never took place");
        else if (injection->count == 1)
            fputs(", which took place once", writer->stream);
        else
            fprintf(writer->stream, ", which took place %s times", text_number(injection->count).text);
        putc('\n', writer->stream);
    }
}

static void print_machine(const struct text_writer *writer, const struct report *report)
{
    const enum finding_severity least = writer->view->verbosity > 0 ? FINDING_NOTE : FINDING_WARNING;

    if (finding_list_count(&report->machine_findings, least) == 0)
        return;
    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "The machine\n");
    text_limit_findings(writer, &report->machine_findings);
}

int report_write_text(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct text_writer writer = {stream, view};

    errno = 0;
    if (view->verbosity >= 0) {
        putc('\n', stream);
        text_print(&writer, STYLE_STRONG, "leakwatch ");
        text_foreign(&writer, report->version);
        fputs(": ", stream);
        text_command(&writer, report->command);
        putc('\n', stream);
        print_injections(&writer, report);
    }
    print_processes(&writer, report);
    print_machine(&writer, report);
    text_fail_alloc(&writer, report->fail_alloc);
    if (view->verbosity >= 0) {
        text_growth(&writer, report->growth);
        print_total(&writer, report);
        print_suppressions(&writer, report);
        print_verdict(&writer, report);
    }
    return stream_end(stream);
}
