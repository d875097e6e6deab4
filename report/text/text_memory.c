/* SPDX-License-Identifier: MIT */
#include "text_memory.h"

#include <inttypes.h>
#include <string.h>

#include "base/size_text.h"
#include "text_stack.h"

#define NUMBER      (TEXT_LABEL + 16) /* columns up to the end of the figures of a table */
#define ARENAS_MANY 8

/* ---- What is resident ------------------------------------------------------------------------------------------------------ */

static void print_row(const struct text_writer *writer, uint64_t bytes, const char *label)
{
    if (bytes > 0)
        fprintf(writer->stream, "%*s  %s", NUMBER, text_number(bytes).text, label);
}

static void print_plain_row(const struct text_writer *writer, uint64_t bytes, const char *label)
{
    print_row(writer, bytes, label);
    if (bytes > 0)
        putc('\n', writer->stream);
}

static void print_heap_rows(const struct text_writer *writer, const struct report_process *process)
{
    const struct memory_usage *memory = &process->memory;
    const uint64_t live = memory->resident[MEMORY_LIVE], undivided = memory->resident[MEMORY_UNDIVIDED];

    print_row(writer, live, "in live blocks");
    if (live > 0 && process->usage.known)
        fprintf(writer->stream, ", in %s arena%s", text_number(process->usage.arenas).text, text_plural(process->usage.arenas));
    if (live > 0)
        putc('\n', writer->stream);
    print_plain_row(writer, memory->resident[MEMORY_BLOCKS], "in live blocks with mappings of their own");
    print_plain_row(writer, memory->resident[MEMORY_FREE], "free inside the allocator");
    print_plain_row(writer, memory->resident[MEMORY_CACHED], "free, cached for threads (tcache, fast bins)");
    print_plain_row(writer, memory->resident[MEMORY_ALLOCATOR], "the allocator's own");
    print_row(writer, undivided,
              process->blocks_unknown ? "at the program break, blocks included" : "free inside the allocator or its own");
    if (undivided > 0)
        fprintf(writer->stream, " (not told apart: %s)\n", memory->undivided ? memory->undivided : "not known why");
}

static void print_own_row(const struct text_writer *writer, const struct report_process *process)
{
    const struct memory_usage *memory = &process->memory;
    const char *allocator = process->blocks_unknown ? memory->allocator : NULL;

    if (memory->resident[MEMORY_OWN] == 0)
        return;
    print_row(writer, memory->resident[MEMORY_OWN], "the program's own mappings");
    if (allocator || memory->runtime)
        fprintf(writer->stream, ", those of %s%s%s among them", allocator ? allocator : "",
                allocator && memory->runtime ? " and " : "", memory->runtime ? memory->runtime : "");
    putc('\n', writer->stream);
}

static void print_other_rows(const struct text_writer *writer, const struct report_process *process)
{
    const struct memory_usage *memory = &process->memory;

    print_plain_row(writer, memory->resident[MEMORY_STACKS], "stacks of threads");
    print_plain_row(writer, memory->resident[MEMORY_FILES], "program, libraries and other mapped files");
    print_own_row(writer, process);
    print_plain_row(writer, memory->resident[MEMORY_SHARED], "shared memory");
    print_plain_row(writer, memory->resident[MEMORY_LEAKWATCH], "leakwatch's ledger and shim");
    print_plain_row(writer, memory->resident[MEMORY_OTHER], "of the kernel and of devices");
    if (memory->uncounted > 0)
        print_plain_row(writer, (uint64_t)memory->uncounted, "more by the kernel's own sum than by its page tables");
    if (memory->uncounted < 0)
        fprintf(writer->stream, "%*s%s  less by the kernel's own sum than by its page tables\n",
                NUMBER - (int)strlen(text_number((uint64_t)-memory->uncounted).text), "-",
                text_number((uint64_t)-memory->uncounted).text);
}

static void print_beside(const struct text_writer *writer, const struct memory_usage *memory)
{
    fprintf(writer->stream, "%*s: %s bytes of page tables", TEXT_LABEL, "not resident", text_number(memory->page_tables).text);
    if (memory->swapped > 0)
        fprintf(writer->stream, ", %s swapped out", text_number(memory->swapped).text);
    if (memory->huge_pages > 0)
        fprintf(writer->stream, ", %s in reserved huge pages", text_number(memory->huge_pages).text);
    putc('\n', writer->stream);
}

/* What the allocator took, resident or not, and what could go back. */
static void print_usage(const struct text_writer *writer, const struct heap_usage *usage)
{
    fprintf(writer->stream, "%*s: %s byte%s in %s arena%s, %s mapped for single blocks\n", TEXT_LABEL, "from the system",
            text_number(usage->system).text, text_plural(usage->system), text_number(usage->arenas).text,
            text_plural(usage->arenas), text_number(usage->mapped).text);
    if (usage->returnable_known)
        fprintf(writer->stream, "%*s: %s bytes of what is free, by malloc_trim(3)\n", TEXT_LABEL, "returnable",
                text_number(usage->returnable).text);
}

static void print_table(const struct text_writer *writer, const struct report_process *process)
{
    fprintf(writer->stream, "\n%*s: %s bytes (VmRSS), of which are\n", TEXT_LABEL, "resident",
            text_number(process->memory.rss).text);
    print_heap_rows(writer, process);
    print_other_rows(writer, process);
    if (process->usage.known)
        print_usage(writer, &process->usage);
    if (writer->view->verbosity > 0)
        print_beside(writer, &process->memory);
}

static void print_own_mappings(const struct text_writer *writer, const struct memory_usage *memory)
{
    if (memory->own_count == 0)
        return;
    fprintf(writer->stream, "\n  own mappings: %s with resident memory, the largest are\n", text_number(memory->own_total).text);
    for (size_t i = 0; i < memory->own_count; i++) {
        const struct own_mapping *own = &memory->own[i];
        fprintf(writer->stream, "%*s  resident of %s at 0x%" PRIx64, NUMBER, text_number(own->resident).text,
                text_number(own->end - own->start).text, own->start);
        if (own->name[0] != '\0') {
            fputs(", named ", writer->stream);
            text_foreign(writer, own->name);
        }
        putc('\n', writer->stream);
    }
}

static void print_sum(const struct text_writer *writer, const struct report_process *process)
{
    const struct memory_usage *memory = &process->memory;

    fprintf(writer->stream, "\n%*s: %s bytes", TEXT_LABEL, "resident", text_number(memory->rss).text);
    if (process->coverage != COVERAGE_NONE)
        fprintf(writer->stream, ", %s of them in live blocks", text_number(memory_usage_live(memory)).text);
    text_print(writer, STYLE_FAINT, "  (the rest with -v)");
    putc('\n', writer->stream);
}

/* ---- Arenas ---------------------------------------------------------------------------------------------------------------- */

static void print_pin(const struct text_writer *writer, const struct report_arena *arena, int indent)
{
    if (arena->pin_stack.frame_count > 0 || arena->pin_stack.content)
        text_stack(writer, &arena->pin_stack, indent);
}

static void print_arena(const struct text_writer *writer, const struct report_arena *arena)
{
    const struct arena_usage *usage = &arena->usage;

    fprintf(writer->stream, "\n  arena 0x%" PRIx64 "%s: ", usage->address, usage->main ? " (main)" : "");
    if (usage->left_out) {
        fputs("left out, it was being changed\n", writer->stream);
        return;
    }
    fprintf(writer->stream, "%s from the system, %s", size_text(usage->system).text,
            text_amount((struct leak_amount){usage->live_blocks, usage->live}).text);
    fprintf(writer->stream, ", free %s in bins, %s at the top, %s cached\n", size_text(usage->binned).text,
            size_text(usage->top).text, size_text(usage->cached).text);
    if (usage->pin_address == 0)
        return;
    fprintf(writer->stream, "      the last block: %s at 0x%" PRIx64 ", %s below the top\n", size_text(usage->pin_size).text,
            usage->pin_address, size_text(usage->pin_distance).text);
    print_pin(writer, arena, 8);
}

/* ---- A heap in pieces ------------------------------------------------------------------------------------------------------ */

/* Why the C library keeps what is free: the greatest part decides. */
static void print_keeper(const struct text_writer *writer, const struct report_process *process, const struct report_arena *arena)
{
    const struct arena_usage *usage = &arena->usage;

    if (process->memory.resident[MEMORY_CACHED] > process->memory.resident[MEMORY_FREE]) {
        fputs("  Most of it is kept in caches, for the next blocks of the same size (tcache, fast bins).\n", writer->stream);
    } else if (usage->top >= usage->binned || usage->pin_address == 0) {
        fputs("  Most of it is above the last block, where free() gives it back once it is more than M_TRIM_THRESHOLD\n"
              "  (mallopt(3)), which grows with the largest block that was mapped and freed.\n",
              writer->stream);
    } else {
        fprintf(writer->stream,
                "  free() gives back only what is above the last block of a heap. In the %s 0x%" PRIx64 ", which has\n"
                "  the most of it (%s), that is a block of %s at 0x%" PRIx64 ", %s below the top",
                usage->main ? "main arena" : "arena", usage->address, size_text(usage->resident_free).text,
                size_text(usage->pin_size).text, usage->pin_address, size_text(usage->pin_distance).text);
        fputs(arena->pin_stack.frame_count > 0 || arena->pin_stack.content ? ":\n" : ".\n", writer->stream);
        print_pin(writer, arena, 6);
    }
}

static void print_fragmentation(const struct text_writer *writer, const struct report_process *process,
                                const struct report_arena *arena)
{
    const struct memory_usage *memory = &process->memory;

    putc('\n', writer->stream);
    text_print(writer, STYLE_WARNING,
               "  The process is large by what it has freed: of %s resident, %s are in live blocks, and %s are free\n"
               "  inside the allocator.\n",
               size_text(memory->rss).text, size_text(memory_usage_live(memory)).text, size_text(memory_usage_free(memory)).text);
    print_keeper(writer, process, arena);
    if (process->usage.returnable_known)
        fprintf(writer->stream,
                "  malloc_trim(3) would give back %s: whole pages, also those between blocks. The rest shares pages with blocks.\n",
                size_text(process->usage.returnable).text);
    if (process->usage.arenas >= ARENAS_MANY)
        fprintf(writer->stream,
                "  There are %s arenas, made for threads that met in malloc(): M_ARENA_MAX (mallopt(3)) limits them.\n",
                text_number(process->usage.arenas).text);
}

void text_memory(const struct text_writer *writer, const struct report_process *process)
{
    const struct report_arena *fragmented = report_fragmented_arena(process);

    if (!process->memory.known && process->usage.known) {
        putc('\n', writer->stream);
        print_usage(writer, &process->usage);
    }
    if (!process->memory.known)
        return;
    if (!process->no_history && !fragmented && writer->view->verbosity == 0) {
        print_sum(writer, process);
        return;
    }
    print_table(writer, process);
    if (fragmented)
        print_fragmentation(writer, process, fragmented);
    if (writer->view->verbosity > 0)
        print_own_mappings(writer, &process->memory);
    for (size_t i = 0; writer->view->verbosity > 0 && i < process->arena_count; i++)
        print_arena(writer, &process->arenas[i]);
}
