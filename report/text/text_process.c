/* SPDX-License-Identifier: MIT */
#include "text_process.h"

#include <inttypes.h>
#include <string.h>

#include "report/encoding/signal_name.h"
#include "text_cold.h"
#include "text_descriptors.h"
#include "text_examples.h"
#include "text_locks.h"
#include "text_memory.h"
#include "text_novelty.h"
#include "text_oom.h"
#include "text_pointers.h"
#include "text_process_limits.h"
#include "text_realtime.h"
#include "text_refused.h"
#include "text_stack.h"
#include "text_thresholds.h"

#define LABEL TEXT_LABEL

static bool is_shown(const struct report_view *view, enum leak_kind kind)
{
    return !view->summary_only && view->show_kinds & 1u << kind;
}

/* What was asked for in particular. */
static bool has_answers(const struct report_view *view, const struct report_process *process)
{
    return view->verbosity >= 0 && (process->cold.site_count > 0 || process->duplicates.findings.count > 0);
}

static size_t count_told_errors(const struct text_writer *writer, const struct report_process *process)
{
    size_t count = 0;

    for (size_t i = 0; i < process->error_count; i++)
        count += text_is_told(writer->view, process->errors[i].novelty);
    return count;
}

/* Where no call sites are listed, nothing says that the totals were known. */
static bool has_leaks_to_tell(const struct text_writer *writer, const struct report_process *process)
{
    bool known = process->leak_count > 0;

    for (size_t i = 0; i < process->leak_count; i++)
        known &= !text_is_told(writer->view, process->leaks[i].novelty);
    for (size_t kind = 0; kind < LEAK_SUPPRESSED; kind++)
        if (writer->view->show_kinds & 1u << kind && process->total[kind].blocks > 0)
            return !known;
    return false;
}

bool text_process_has_findings(const struct text_writer *writer, const struct report_process *process)
{
    if (process->oom_killed || count_told_errors(writer, process) > 0 || process->threshold_count > 0 ||
        process->limit_warning_count > 0 || has_answers(writer->view, process))
        return true;
    return has_leaks_to_tell(writer, process) || process->pointer_count > 0 || text_descriptors_left(writer, process) > 0 ||
           text_locks_have_findings(process) || text_process_limits_warn(process) || text_realtime_has_findings(process);
}

/* ---- How it ended ---- */

static void print_end(const struct text_writer *writer, const struct report_process *process)
{
    char name[SIGNAL_NAME_SIZE];

    switch (process->end) {
    case END_RUNNING:
        fputs("still running", writer->stream);
        break;
    case END_EXIT:
        fprintf(writer->stream, "exited with status %d", process->status);
        break;
    case END_SIGNAL:
        text_print(writer, STYLE_WARNING, "killed by %s%s%s", report_signal_name(process->signal, name),
                   process->oom_killed ? " (the kernel was out of memory)" : "", process->core_dumped ? " (core dumped)" : "");
        break;
    case END_EXEC:
        fputs("replaced itself by another program", writer->stream);
        break;
    case END_DETACHED:
        fputs("left running", writer->stream);
        break;
    }
    if (process->ended_ns > process->started_ns)
        fprintf(writer->stream, " after %s", text_seconds(process->ended_ns - process->started_ns).text);
}

static void print_heading(const struct text_writer *writer, const struct report_process *process)
{
    putc('\n', writer->stream);
    text_print(writer, STYLE_STRONG, "Process %d: ", (int)process->pid);
    text_path(writer, process->executable);
    fputs(", ", writer->stream);
    print_end(writer, process);
    putc('\n', writer->stream);
}

/* ---- Memory errors ---- */

static void print_error_title(const struct text_writer *writer, const struct report_error *error)
{
    if (strcmp(error->kind, "double-free") == 0 && error->size == 0) /* not known */
        text_print(writer, STYLE_BAD, "Double free of 0x%" PRIx64, error->address);
    else if (strcmp(error->kind, "double-free") == 0)
        text_print(writer, STYLE_BAD, "Double free of 0x%" PRIx64 ": a block of %s byte%s", error->address,
                   text_number(error->size).text, text_plural(error->size));
    else if (strcmp(error->kind, "mismatched-free") == 0)
        text_print(writer, STYLE_BAD, "Mismatched free of 0x%" PRIx64 ": %s byte%s taken with %s, given back with %s",
                   error->address, text_number(error->size).text, text_plural(error->size), error->taken_with,
                   report_release_function(error->given_with));
    else
        text_print(writer, STYLE_BAD, "Invalid free of 0x%" PRIx64 ": no block was ever allocated there", error->address);
    text_novelty(writer, error->novelty);
    fprintf(writer->stream, " (thread %u", error->thread);
    if (error->count > 1)
        fprintf(writer->stream, ", %s times", text_number(error->count).text);
    fputs(")\n", writer->stream);
}

static void print_related_stack(const struct text_writer *writer, const char *title, const struct report_stack *stack, int indent)
{
    if (stack->frame_count == 0)
        return;
    fprintf(writer->stream, "%*s%s\n", indent + 2, "", title);
    text_stack(writer, stack, indent + 4);
}

void text_error(const struct text_writer *writer, const struct report_error *error, int indent)
{
    fprintf(writer->stream, "%*s", indent, "");
    print_error_title(writer, error);
    text_stack(writer, &error->stack, indent + 4);
    print_related_stack(writer, "the block was allocated", &error->allocated, indent);
    print_related_stack(writer, "and first freed", &error->freed, indent);
}

static void print_errors(const struct text_writer *writer, const struct report_process *process)
{
    for (size_t i = 0; i < process->error_count; i++) {
        if (!text_is_told(writer->view, process->errors[i].novelty))
            continue;
        putc('\n', writer->stream);
        text_error(writer, &process->errors[i], 2);
    }
    if (process->errors_dropped > 0)
        fprintf(writer->stream, "\n  %s further memory error%s not recorded\n", text_number(process->errors_dropped).text,
                process->errors_dropped == 1 ? " was" : "s were");
}

/* ---- Heap ---- */

static const char *in_use_label(const struct report_process *process)
{
    switch (process->end) {
    case END_RUNNING:
        return "in use now";
    case END_SIGNAL:
        return "in use at death";
    case END_EXEC:
        return "in use at exec";
    case END_DETACHED:
        return process->no_history ? "in use" : "in use at detach";
    default:
        return "in use at exit";
    }
}

static void print_heap(const struct text_writer *writer, const struct report_process *process)
{
    fprintf(writer->stream, "\n%*s: %s\n", LABEL, in_use_label(process), text_amount(process->live).text);
    if (process->no_history) {
        fprintf(writer->stream, "%*s: %s for this look\n", LABEL, "stopped", text_seconds(process->stopped_ns).text);
        return;
    }
    fprintf(writer->stream, "%*s: %s alloc%s, %s free%s, %s byte%s allocated\n", LABEL, "total heap usage",
            text_number(process->allocations).text, text_plural(process->allocations), text_number(process->frees).text,
            text_plural(process->frees), text_number(process->allocated_bytes).text, text_plural(process->allocated_bytes));
    fprintf(writer->stream, "%*s: %s byte%s", LABEL, "peak", text_number(process->peak_bytes).text,
            text_plural(process->peak_bytes));
    if (process->peak_bytes > 0 && process->peak_at_ns > process->started_ns)
        fprintf(writer->stream, " after %s", text_seconds(process->peak_at_ns - process->started_ns).text);
    putc('\n', writer->stream);
    if (writer->view->verbosity > 0)
        fprintf(writer->stream, "%*s: %s bytes of the process's memory\n", LABEL, "ledger",
                text_number(process->ledger_bytes).text);
}

/* ---- Leaks ---- */

static enum text_style style_of(enum leak_kind kind)
{
    return kind == LEAK_DEFINITE ? STYLE_BAD : kind == LEAK_REACHABLE ? STYLE_STRONG : STYLE_WARNING;
}

/* Flush left, ready to be copied into a file. */
static void print_lines(const struct text_writer *writer, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        text_foreign_bytes(writer, text, length);
        putc('\n', writer->stream);
        text += length + (text[length] == '\n');
    }
}

void text_leak(const struct text_writer *writer, const struct report_leak *leak, int indent)
{
    struct leak_amount all = {leak->direct.blocks + leak->indirect.blocks, leak->direct.bytes + leak->indirect.bytes};

    fprintf(writer->stream, "%*s", indent, "");
    text_print(writer, style_of(leak->kind), "%s %s %s", text_amount(all).text, all.bytes == 1 ? "is" : "are",
               report_kind_fate(leak->kind));
    if (leak->indirect.blocks > 0)
        fprintf(writer->stream, " (direct %s in %s, indirect %s in %s)", text_number(leak->direct.bytes).text,
                text_number(leak->direct.blocks).text, text_number(leak->indirect.bytes).text,
                text_number(leak->indirect.blocks).text);
    if (leak->cycle)
        fputs(", in a ring", writer->stream);
    if (strcmp(leak->allocator, "malloc") != 0)
        fprintf(writer->stream, ", taken with %s", leak->allocator);
    text_novelty(writer, leak->novelty);
    putc('\n', writer->stream);
    text_stack(writer, &leak->stack, indent + 4);
    text_examples(writer, leak, indent + 4);
    if (leak->suppression != NULL) {
        putc('\n', writer->stream);
        print_lines(writer, leak->suppression);
    }
}

static void print_leaks(const struct text_writer *writer, const struct report_process *process)
{
    struct leak_amount rest = {0};
    size_t listed = 0, left_out = 0;

    for (size_t i = 0; i < process->leak_count; i++) {
        if (!is_shown(writer->view, process->leaks[i].kind) || !text_is_told(writer->view, process->leaks[i].novelty))
            continue;
        if (writer->view->max_records > 0 && listed == writer->view->max_records) {
            const struct report_leak *leak = &process->leaks[i];
            rest.blocks += leak->direct.blocks + leak->indirect.blocks;
            rest.bytes += leak->direct.bytes + leak->indirect.bytes;
            left_out++;
            continue;
        }
        listed++;
        putc('\n', writer->stream);
        text_leak(writer, &process->leaks[i], 2);
    }
    if (left_out > 0)
        fprintf(writer->stream, "\n  %s more record%s, %s (listed without --max-records)\n", text_number(left_out).text,
                text_plural(left_out), text_amount(rest).text);
}

static void print_kind(const struct text_writer *writer, const char *label, struct leak_amount amount, enum text_style style)
{
    fprintf(writer->stream, "%*s: ", LABEL, label);
    text_print(writer, amount.blocks > 0 ? style : STYLE_PLAIN, "%s", text_amount(amount).text);
}

void text_kinds(const struct text_writer *writer, const struct leak_amount total[LEAK_KINDS])
{
    uint64_t blocks = 0;

    for (size_t kind = 0; kind < LEAK_KINDS; kind++)
        blocks += total[kind].blocks;
    if (blocks == 0) {
        fprintf(writer->stream, "%*s: none, no block is left\n", LABEL, "leaks");
        return;
    }
    for (size_t kind = 0; kind < LEAK_KINDS; kind++) {
        if (kind == LEAK_SUPPRESSED && total[kind].blocks == 0)
            continue;
        print_kind(writer, report_kind_fate((enum leak_kind)kind), total[kind],
                   kind == LEAK_DEFINITE   ? STYLE_BAD
                   : kind == LEAK_POSSIBLE ? STYLE_WARNING
                                           : STYLE_PLAIN);
        if (kind == LEAK_REACHABLE && total[kind].blocks > 0 && !(writer->view->show_kinds & 1u << LEAK_REACHABLE))
            text_print(writer, STYLE_FAINT, "  (listed with --show-leak-kinds=all)");
        putc('\n', writer->stream);
    }
}

static void print_unconfirmed(const struct text_writer *writer, struct leak_amount amount)
{
    if (amount.blocks > 0)
        fprintf(writer->stream, "%*s: %s, lost but not in each look\n", LABEL, "not confirmed", text_amount(amount).text);
}

/* ---- The rest ---- */

static void print_mappings(const struct text_writer *writer, const struct report_process *process)
{
    uint64_t bytes = 0, count = 0;

    for (size_t i = 0; i < process->mapping_count; i++) {
        bytes += process->mappings[i].bytes;
        count += process->mappings[i].count;
    }
    if (count == 0)
        return;
    fprintf(writer->stream, "\n%*s: %s bytes in %s mapping%s made by the program itself", LABEL, "still mapped",
            text_number(bytes).text, text_number(count).text, text_plural(count));
    if (writer->view->verbosity <= 0)
        text_print(writer, STYLE_FAINT, "  (listed with -v)");
    putc('\n', writer->stream);
    for (size_t i = 0; i < process->mapping_count && writer->view->verbosity > 0; i++) {
        const struct report_mapping *mapping = &process->mappings[i];
        fprintf(writer->stream, "\n  %s bytes in %s mapping%s still mapped\n", text_number(mapping->bytes).text,
                text_number(mapping->count).text, text_plural(mapping->count));
        text_stack(writer, &mapping->stack, 6);
    }
}

static void print_notes(const struct text_writer *writer, const struct report_process *process)
{
    static const char *const labels[] = {
        [COVERAGE_NONE] = "heap not seen", [COVERAGE_PARTIAL] = "not all seen", [COVERAGE_FULL] = "note"};

    for (size_t i = 0; i < process->reason_count; i++) {
        fprintf(writer->stream, "%s%*s", i == 0 ? "\n" : "", LABEL - (int)strlen(labels[process->coverage]), "");
        text_print(writer, process->coverage == COVERAGE_FULL ? STYLE_PLAIN : STYLE_WARNING, "%s", labels[process->coverage]);
        fputs(": ", writer->stream);
        text_foreign(writer, process->reasons[i]);
        putc('\n', writer->stream);
    }
    if (process->reason_count == 0 && process->coverage != COVERAGE_FULL)
        text_print(writer, STYLE_WARNING, "\n%*s: (no reason known)\n", LABEL, labels[process->coverage]);
}

void text_process(const struct text_writer *writer, const struct report_process *process)
{
    bool totals = writer->view->verbosity >= 0 && process->coverage != COVERAGE_NONE;

    print_heading(writer, process);
    text_oom(writer, process);
    print_errors(writer, process);
    text_thresholds(writer, process);
    if (totals && !process->blocks_unknown)
        print_heap(writer, process);
    print_leaks(writer, process);
    text_pointers(writer, process);
    if (totals && process->leak_checked) {
        putc('\n', writer->stream);
        text_kinds(writer, process->total);
        print_unconfirmed(writer, process->unconfirmed);
    }
    if (totals)
        print_mappings(writer, process);
    if (writer->view->verbosity >= 0)
        text_memory(writer, process);
    if (writer->view->verbosity >= 0) {
        text_cold(writer, process);
        text_duplicates(writer, process);
    }
    if (writer->view->verbosity >= 0)
        text_refused(writer, process);
    text_descriptors(writer, process);
    text_locks(writer, process);
    text_process_limits(writer, process);
    text_realtime(writer, process);
    print_notes(writer, process);
}
