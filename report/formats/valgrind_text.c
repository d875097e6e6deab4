/* SPDX-License-Identifier: MIT
 *
 * The text of valgrind's memcheck: what CTest and others look for in it is as valgrind 3.19 writes it, blank lines included. Each
 * line begins with the process that it is about. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/stream_end.h"
#include "report/text/text_process.h"
#include "report/text/text_style.h"
#include "frame_texts.h"
#include "profile_names.h"
#include "valgrind_words.h"

struct memcheck {
    FILE *stream;
    const struct report_view *view;
    const struct report_process *process; /* whom the lines are about */
    struct text_buffer line;
    struct frame_texts frames;
};

/* Ends the line that stands in the buffer. */
static void end_line(struct memcheck *text)
{
    text_buffer_char(&text->line, '\n');
    fprintf(text->stream, "==%d== ", (int)text->process->pid);
    fwrite(text->line.text, 1, text->line.used, text->stream);
    text_buffer_clear(&text->line);
}

static void write_line(struct memcheck *text, const char *line)
{
    text_buffer_text(&text->line, line);
    end_line(text);
}

/* ---- Stacks ---- */

/* "0x10917A: build (app.c:12)"; what is not known is left out, as there. */
static void make_frame(struct text_buffer *text, const struct report_frame *frame)
{
    text_buffer_add(text, "0x%" PRIX64 ": ", frame->address);
    harmless_text_add(text, frame->function ? frame->function : "\?\?\?");
    if (frame->file) {
        text_buffer_text(text, " (");
        harmless_text_add(text, basename(frame->file));
        if (frame->line != 0)
            text_buffer_add(text, ":%u", frame->line);
        text_buffer_char(text, ')');
    } else if (frame->module) {
        text_buffer_text(text, " (in ");
        harmless_text_add(text, frame->module);
        text_buffer_char(text, ')');
    }
}

static void write_stack(struct memcheck *text, const struct report_stack *stack)
{
    const size_t count = valgrind_frames(text->view, stack);

    for (size_t i = 0; i < count; i++) {
        text_buffer_text(&text->line, i == 0 ? "   at " : "   by ");
        write_line(text, frame_text(&text->frames, stack, i));
    }
    if (count == 0) {
        text_buffer_text(&text->line, "   at 0x0: ");
        harmless_text_add(&text->line, profile_unknown_callers(stack));
        end_line(text);
    }
}

/* ---- Errors ---- */

static void write_error(struct memcheck *text, const struct report_error *error)
{
    const struct report_stack *related = valgrind_address_stack(error);

    write_line(text, valgrind_error_text(error));
    write_stack(text, &error->stack);
    text_buffer_char(&text->line, ' ');
    valgrind_add_address(&text->line, error);
    end_line(text);
    if (related->frame_count > 0)
        write_stack(text, related);
    if (related != &error->allocated && error->allocated.frame_count > 0) {
        write_line(text, " " VALGRIND_ALLOCATED_AT);
        write_stack(text, &error->allocated);
    }
    write_line(text, "");
}

/* ---- Descriptors ---- */

static void write_descriptor(struct memcheck *text, const struct report_descriptors *group, const struct report_descriptor *open)
{
    text_buffer_add(&text->line, "Open %s %d: ", open->kind == OPEN_SOCKET ? "socket" : "file descriptor", open->number);
    harmless_text_add(&text->line, open->name);
    end_line(text);
    if (group->origin == ORIGIN_INHERITED)
        write_line(text, "   <inherited from parent>");
    else
        write_stack(text, &group->stack);
    write_line(text, "");
}

/* Of the standard streams only the number is told, unless all are wanted. */
static void write_descriptors(struct memcheck *text)
{
    const struct report_process *process = text->process;
    const struct descriptor_counts counts = report_descriptor_counts(process);

    if (!process->descriptors_tracked)
        return;
    write_line(text, "");
    text_buffer_add(&text->line, "FILE DESCRIPTORS: %zu open (%zu std) %s.", counts.open, counts.standard, text_moment(process));
    end_line(text);
    for (size_t i = 0; i < process->descriptor_count; i++) {
        const struct report_descriptors *group = &process->descriptors[i];
        for (size_t k = 0; k < group->count; k++)
            if (group->open[k].number > 2 || text->view->descriptors == VIEW_DESCRIPTORS_ALL)
                write_descriptor(text, group, &group->open[k]);
    }
}

/* ---- The heap ---- */

/* Ends the line with an amount: there is no singular there. */
static void end_with_amount(struct memcheck *text, struct leak_amount amount)
{
    text_buffer_add(&text->line, "%s bytes in %s blocks", text_number(amount.bytes).text, text_number(amount.blocks).text);
    end_line(text);
}

static void write_heap(struct memcheck *text)
{
    const struct report_process *process = text->process;

    write_line(text, "");
    write_line(text, "HEAP SUMMARY:");
    text_buffer_text(&text->line, "    in use at exit: ");
    end_with_amount(text, process->live);
    if (!process->no_history) {
        text_buffer_add(&text->line, "  total heap usage: %s allocs, %s frees, %s bytes allocated",
                        text_number(process->allocations).text, text_number(process->frees).text,
                        text_number(process->allocated_bytes).text);
        end_line(text);
    }
    write_line(text, "");
}

/* Returns how many of the records count as errors. */
static uint64_t write_leaks(struct memcheck *text)
{
    const struct report_process *process = text->process;
    const struct report_view *view = text->view;
    struct valgrind_records records = valgrind_records(process);
    uint64_t errors = 0;

    for (size_t i = 0; i < records.count; i++) {
        const struct report_leak *leak = records.leaks[i];
        errors += !view->summary_only && view->error_kinds & 1u << leak->kind;
        if (!valgrind_is_listed(view, leak->kind))
            continue;
        valgrind_add_leak(&text->line, leak, i + 1, records.count);
        end_line(text);
        write_stack(text, &leak->stack);
        write_line(text, "");
        if (leak->suppression)
            fputs(leak->suppression, text->stream);
    }
    free(records.leaks);
    return errors;
}

static void write_kinds(struct memcheck *text)
{
    static const char *const labels[LEAK_KINDS] = {
        "   definitely lost: ", "   indirectly lost: ", "     possibly lost: ", "   still reachable: ", "        suppressed: "};

    write_line(text, "LEAK SUMMARY:");
    for (size_t kind = 0; kind < LEAK_KINDS; kind++) {
        text_buffer_text(&text->line, labels[kind]);
        end_with_amount(text, text->process->total[kind]);
    }
}

static void write_hints(struct memcheck *text)
{
    const bool hidden = !(text->view->show_kinds & 1u << LEAK_REACHABLE) && text->process->total[LEAK_REACHABLE].blocks > 0;

    if (text->view->summary_only) {
        write_line(text, "Rerun with --leak-check=full to see details of leaked memory");
    } else if (hidden) {
        write_line(text, "Reachable blocks (those to which a pointer was found) are not shown.");
        write_line(text, "To see them, rerun with: --leak-check=full --show-leak-kinds=all");
    }
    write_line(text, "");
}

static void write_leak_summary(struct memcheck *text)
{
    const struct report_process *process = text->process;

    if (!process->leak_checked) {
        write_line(text, "For a detailed leak analysis, rerun with: --leak-check=full");
        write_line(text, "");
    } else if (process->live.blocks == 0 && process->coverage == COVERAGE_FULL) {
        write_line(text, "All heap blocks were freed -- no leaks are possible");
        write_line(text, "");
    } else {
        write_kinds(text);
        write_hints(text);
    }
}

/* ---- Around them ---- */

/* What nobody has seen is told whatever else is; without -q, notes about what was seen, too. */
static void write_notes(struct memcheck *text)
{
    static const char *const titles[] = {
        [COVERAGE_NONE] = "Warning: heap not seen", [COVERAGE_PARTIAL] = "Warning: not all seen", [COVERAGE_FULL] = "Note"};

    if (text->view->verbosity < 0 && text->process->coverage == COVERAGE_FULL && text->process->errors_dropped == 0)
        return;
    for (size_t i = 0;; i++) {
        text_buffer_add(&text->line, "%s: ", titles[text->process->coverage]);
        if (!valgrind_add_note(&text->line, text->process, i))
            break;
        end_line(text);
    }
    text_buffer_clear(&text->line);
}

static void write_heading(struct memcheck *text, const struct report *report)
{
    text_buffer_text(&text->line, "leakwatch ");
    harmless_text_add(&text->line, report->version);
    write_line(text, ", in the form of Memcheck");
    text_buffer_text(&text->line, "Command:");
    for (char *const *word = text->process->command; word && *word; word++) {
        text_buffer_char(&text->line, ' ');
        harmless_text_add(&text->line, *word);
    }
    end_line(text);
    text_buffer_add(&text->line, "Parent PID: %d", (int)text->process->ppid);
    end_line(text);
    write_line(text, "");
}

/* Suppressions are counted by the blocks that they left out. */
static void write_error_summary(struct memcheck *text, const struct report *report, uint64_t leak_errors)
{
    const struct report_process *process = text->process;
    const uint64_t suppressed = process->total[LEAK_SUPPRESSED].blocks;
    uint64_t errors = leak_errors;

    for (size_t i = 0; i < process->error_count; i++)
        errors += process->errors[i].count;
    text_buffer_add(&text->line, "ERROR SUMMARY: %s errors from %s contexts (suppressed: %s from %s)", text_number(errors).text,
                    text_number(leak_errors + process->error_count).text, text_number(suppressed).text,
                    text_number(suppressed > 0 ? report->suppressions_used_count : 0).text);
    end_line(text);
}

static void write_process(struct memcheck *text, const struct report *report)
{
    const struct report_process *process = text->process;
    const bool loud = text->view->verbosity >= 0, has_heap = process->coverage != COVERAGE_NONE && !process->blocks_unknown;

    if (loud)
        write_heading(text, report);
    for (size_t i = 0; i < process->error_count; i++)
        write_error(text, &process->errors[i]);
    write_descriptors(text);
    if (loud && has_heap)
        write_heap(text);
    const uint64_t leak_errors = write_leaks(text);
    if (loud && has_heap)
        write_leak_summary(text);
    write_notes(text);
    if (loud)
        write_error_summary(text, report, leak_errors);
}

int report_write_valgrind_text(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct memcheck text = {.stream = stream, .view = view, .frames = {.make = make_frame}};

    errno = 0;
    for (size_t i = 0; i < report->process_count; i++) {
        text.process = &report->processes[i];
        if (!valgrind_is_passing(text.process))
            write_process(&text, report);
    }
    text_buffer_finish(&text.line);
    frame_texts_finish(&text.frames);
    return stream_end(stream);
}
