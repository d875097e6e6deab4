/* SPDX-License-Identifier: MIT
 *
 * A file for heaptrack(1), version 3 of its format: text, one letter and hexadecimal numbers on each line. It tells of single
 * allocations, so that blocks with one stack become lines of the same size as nearly as their sum allows. All that is live is
 * allocated, and what can still be reached is freed at the end: heaptrack's peak is what is live, and its leaks are ours. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_model.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/stream_end.h"
#include "report/text/text_style.h"
#include "place_table.h"
#include "profile_names.h"
#include "text_table.h"

#define MAKER_VERSION  0x10300 /* of heaptrack; a reader tells it if it does not know the version of the format */
#define FORMAT_VERSION 3
/* As many lines for allocations as a file has at most, nearly: of more blocks, one line stands for several. */
#define LINES_MAX (UINT64_C(1) << 24)

struct freed_lines {
    size_t allocation; /* number of what is freed */
    uint64_t count;
};

struct heaptrack {
    FILE *stream;
    uint64_t blocks_per_line;
    struct place_table places; /* number of the instruction pointer of each */
    struct text_table strings, pointers, traces;
    size_t allocation_count; /* lines with `a` */
    struct freed_lines *freed;
    size_t freed_count, freed_capacity;
    struct text_buffer line, name;
};

/* ---- Strings, instruction pointers, traces: written when they first come --------------------------------------------------- */

static void write_line(struct heaptrack *heaptrack)
{
    fwrite(heaptrack->line.text, 1, heaptrack->line.used, heaptrack->stream);
    text_buffer_clear(&heaptrack->line);
}

/* The number of the text in `name`, which is cleared; 0 for an empty one. */
static size_t number_name(struct heaptrack *heaptrack)
{
    struct text_buffer *name = &heaptrack->name;
    bool is_new = false;
    size_t number = name->used > 0 ? text_table_number(&heaptrack->strings, name->text, name->used, &is_new) : 0;

    if (is_new)
        fprintf(heaptrack->stream, "s %zx %s\n", name->used, name->text);
    text_buffer_clear(name);
    return number;
}

static size_t string_number(struct heaptrack *heaptrack, const char *text)
{
    if (text)
        harmless_text_add(&heaptrack->name, text);
    return number_name(heaptrack);
}

/* The number of the instruction pointer that `line` describes, which is cleared. */
static size_t number_pointer(struct heaptrack *heaptrack)
{
    struct text_buffer *line = &heaptrack->line;
    bool is_new;
    size_t number = text_table_number(&heaptrack->pointers, line->text, line->used, &is_new);

    if (is_new)
        write_line(heaptrack);
    text_buffer_clear(line);
    return number;
}

/* A frame that is no place in a program. */
static size_t text_pointer(struct heaptrack *heaptrack, const char *text)
{
    text_buffer_add(&heaptrack->line, "i 0 0 %zx 0 0\n", string_number(heaptrack, text));
    return number_pointer(heaptrack);
}

static size_t place_pointer(struct heaptrack *heaptrack, struct place place)
{
    const struct report_frame *outermost = place.frames[place.count - 1];
    size_t *number = place_table_number(&heaptrack->places, place);

    if (*number != 0)
        return *number;
    const size_t module = string_number(heaptrack, outermost->module);
    text_buffer_add(&heaptrack->line, "i %" PRIx64 " %zx", outermost->module ? outermost->offset : outermost->address, module);
    for (size_t i = 0; i < place.count; i++) {
        const struct report_frame *frame = place.frames[i];
        profile_add_frame(&heaptrack->name, frame);
        const size_t function = number_name(heaptrack);
        text_buffer_add(&heaptrack->line, " %zx %zx %x", function, string_number(heaptrack, frame->file), frame->line);
    }
    text_buffer_char(&heaptrack->line, '\n');
    return *number = number_pointer(heaptrack);
}

/* The trace of a frame whose callers are those of `parent` (0: it has none). */
static size_t trace_number(struct heaptrack *heaptrack, size_t pointer, size_t parent)
{
    const size_t key[] = {pointer, parent};
    bool is_new;
    size_t number = text_table_number(&heaptrack->traces, key, sizeof key, &is_new);

    if (is_new)
        fprintf(heaptrack->stream, "t %zx %zx\n", pointer, parent);
    return number;
}

static size_t stack_trace(struct heaptrack *heaptrack, const struct report_stack *stack, size_t parent)
{
    const char *unknown = profile_unknown_callers(stack);

    if (unknown)
        parent = trace_number(heaptrack, text_pointer(heaptrack, unknown), parent);
    for (size_t end = stack->frame_count; end > 0;) {
        const struct place place = place_before(stack, end);
        parent = trace_number(heaptrack, place_pointer(heaptrack, place), parent);
        end -= place.count;
    }
    return parent;
}

/* ---- Allocations ------------------------------------------------------------------------------------------------------------ */

static size_t write_allocation(struct heaptrack *heaptrack, uint64_t size, size_t trace)
{
    fprintf(heaptrack->stream, "a %" PRIx64 " %zx\n", size, trace);
    return heaptrack->allocation_count++;
}

/* `count` lines, each of which allocates or frees once. */
static void write_events(struct heaptrack *heaptrack, char event, size_t allocation, uint64_t count)
{
    enum { AT_ONCE = 1024 };
    char line[32];
    const size_t size = (size_t)snprintf(line, sizeof line, "%c %zx\n", event, allocation);
    struct text_buffer *lines = &heaptrack->line;

    for (uint64_t i = 0; i < count && i < AT_ONCE; i++)
        text_buffer_bytes(lines, line, size);
    for (; count >= AT_ONCE; count -= AT_ONCE)
        fwrite(lines->text, size, AT_ONCE, heaptrack->stream);
    if (count > 0)
        fwrite(lines->text, size, (size_t)count, heaptrack->stream);
    text_buffer_clear(lines);
}

/* `count` allocations of one size. What is freed gets another number than what is allocated, though it says the same: heaptrack
 * takes what is freed right after it was allocated for temporary. */
static void write_allocations(struct heaptrack *heaptrack, size_t trace, uint64_t size, uint64_t count, bool leaked)
{
    if (count == 0)
        return;
    write_events(heaptrack, '+', write_allocation(heaptrack, size, trace), count);
    if (leaked)
        return;
    heaptrack->freed = xgrow(heaptrack->freed, &heaptrack->freed_capacity, heaptrack->freed_count + 1, sizeof *heaptrack->freed);
    heaptrack->freed[heaptrack->freed_count++] = (struct freed_lines){write_allocation(heaptrack, size, trace), count};
}

static void write_record(struct heaptrack *heaptrack, const struct report_leak *leak, size_t parent)
{
    const bool leaked = profile_is_leaked(leak->kind);
    const struct leak_amount amount = leak->direct;

    if (amount.blocks == 0)
        return;
    const uint64_t lines = (amount.blocks - 1) / heaptrack->blocks_per_line + 1;
    const uint64_t size = amount.bytes / lines, larger = amount.bytes % lines;
    parent = trace_number(heaptrack, text_pointer(heaptrack, report_kind_fate(leak->kind)), parent);
    const size_t trace = stack_trace(heaptrack, &leak->stack, parent);
    write_allocations(heaptrack, trace, size, lines - larger, leaked);
    write_allocations(heaptrack, trace, size + 1, larger, leaked);
}

static void write_process(struct heaptrack *heaptrack, const struct report_process *process, bool several)
{
    struct profile_records records = profile_records(process);
    size_t parent = 0;

    for (size_t i = 0; profile_add_note(&heaptrack->line, process, i); i++) {
        profile_add_process(&heaptrack->name, process);
        fprintf(heaptrack->stream, "# %s: %s\n", heaptrack->name.text, heaptrack->line.text);
        text_buffer_clear(&heaptrack->name);
        text_buffer_clear(&heaptrack->line);
    }
    if (several && records.count > 0) {
        profile_add_process(&heaptrack->name, process);
        text_buffer_add(&heaptrack->line, "i 0 0 %zx 0 0\n", number_name(heaptrack));
        parent = trace_number(heaptrack, number_pointer(heaptrack), 0);
    }
    for (size_t i = 0; i < records.count; i++)
        write_record(heaptrack, &records.leaks[i], parent);
    free(records.leaks);
}

/* ---- The file --------------------------------------------------------------------------------------------------------------- */

static uint64_t count_blocks(const struct report *report)
{
    uint64_t count = 0;

    for (size_t i = 0; i < report->process_count; i++)
        for (size_t kind = 0; kind < LEAK_KINDS; kind++)
            if (__builtin_add_overflow(count, report->processes[i].total[kind].blocks, &count))
                return UINT64_MAX;
    return count;
}

static void write_head(const struct heaptrack *heaptrack, const struct report *report)
{
    const struct report_view plain = {0};
    const struct text_writer writer = {heaptrack->stream, &plain};

    fprintf(heaptrack->stream, "v %x %x\nX ", MAKER_VERSION, FORMAT_VERSION);
    text_command(&writer, report->command);
    fputs("\n# written by leakwatch ", heaptrack->stream);
    text_foreign(&writer, report->version);
    putc('\n', heaptrack->stream);
    if (heaptrack->blocks_per_line > 1)
        fprintf(heaptrack->stream, "# each allocation stands for up to %" PRIu64 " blocks\n", heaptrack->blocks_per_line);
    if (strcmp(report->mode, "attach") == 0)
        fputs("A\n", heaptrack->stream);
    fprintf(heaptrack->stream, "c %" PRIx64 "\n", report->elapsed_ns / 1000000);
}

int report_write_heaptrack(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct heaptrack heaptrack = {.stream = stream, .blocks_per_line = count_blocks(report) / LINES_MAX + 1};

    errno = 0;
    write_head(&heaptrack, report);
    for (size_t i = 0; i < report->process_count; i++)
        write_process(&heaptrack, &report->processes[i], report->process_count > 1);
    for (size_t i = 0; i < heaptrack.freed_count; i++)
        write_events(&heaptrack, '-', heaptrack.freed[i].allocation, heaptrack.freed[i].count);
    free(heaptrack.freed);
    place_table_finish(&heaptrack.places);
    text_table_finish(&heaptrack.strings);
    text_table_finish(&heaptrack.pointers);
    text_table_finish(&heaptrack.traces);
    text_buffer_finish(&heaptrack.line);
    text_buffer_finish(&heaptrack.name);
    return stream_end(stream);
}
