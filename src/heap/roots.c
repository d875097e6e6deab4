/* SPDX-License-Identifier: MIT */
#include "roots.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "thread_stacks.h"

struct roots {
    const struct snapshot *snapshot;
    const struct block_index *index;
    struct range_reader *reader;
    const struct root_visitor *visitor;
    struct root_place place; /* of what is being read */
};

static void take_words(void *context, uint64_t address, const uint64_t *words, size_t count)
{
    const struct roots *roots = context;

    roots->visitor->words(roots->visitor->context, &roots->place, address, words, count);
}

static void add_range(struct roots *roots, uint64_t from, uint64_t to)
{
    range_reader_run(roots->reader, from, to < ADDRESS_LIMIT ? to : ADDRESS_LIMIT, take_words, roots);
}

static void add_block(struct roots *roots, uint32_t block)
{
    if (block != NO_BLOCK)
        roots->visitor->block(roots->visitor->context, &roots->place, block);
}

/* The DTV of a thread, glibc's layout: the thread control block's second word points to the entry behind the first one. Each entry
 * is a pair of words; the first one holds the number of entries that follow the next, which holds a generation. */
static void add_thread_vector(struct roots *roots, const struct thread_state *thread)
{
    uint64_t vector, length;
    const struct memory_view *view = &roots->snapshot->memory;

    if (thread->thread_pointer == 0 || memory_read(view, thread->thread_pointer + 8, &vector, 8) != 8 || vector < 16)
        return;
    roots->place.kind = ROOT_THREAD;
    add_block(roots, block_index_find(roots->index, vector - 16));
    roots->place.kind = ROOT_DTV;
    /* Its entries count even if the block itself is not known. More modules than this nobody has. */
    if (memory_read(view, vector - 16, &length, 8) == 8 && length <= 1 << 16)
        add_range(roots, vector, vector + 16 * (length + 1));
}

static void add_thread(struct roots *roots, const struct thread_state *thread)
{
    uint32_t count = thread->register_count;

    if (count > sizeof thread->registers / sizeof thread->registers[0])
        count = sizeof thread->registers / sizeof thread->registers[0];
    roots->place = (struct root_place){ROOT_REGISTER, thread};
    if (thread->registers_valid && !thread->registers_dead)
        take_words(roots, 0, thread->registers, count);
    roots->place.kind = ROOT_THREAD;
    if (thread->stack_pointer)
        add_block(roots, block_index_find(roots->index, thread->stack_pointer));
    add_thread_vector(roots, thread);
}

/* Under glibc a large block is a mapping of its own, with a header of 16 bytes in front, and covers whole pages. The kernel merges
 * such mappings with their neighbours, thread-local storage for example, so pages decide, not mappings. */
static void add_anonymous(struct roots *roots, const struct memory_region *region)
{
    const struct block_table *table = roots->index->table;
    uint64_t header = roots->snapshot->glibc ? 16 : 0, from = region->start;
    size_t number = block_table_lower_bound(table, region->start);

    for (number -= number > 0; number < table->count && table->blocks[number].address < region->end + header; number++) {
        uint64_t first_page = (table->blocks[number].address - header) & ~(PAGE_SIZE - 1);
        uint64_t pages_end = (block_end(table, number) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
        if (first_page > from)
            add_range(roots, from, first_page < region->end ? first_page : region->end);
        if (pages_end > from)
            from = pages_end;
    }
    add_range(roots, from, region->end);
}

static void add_region(struct roots *roots, const struct memory_region *region)
{
    roots->place.kind = region->kind == REGION_LIBC_DATA ? ROOT_LIBC_DATA : ROOT_REGION;
    switch (region->kind) {
    case REGION_HEAP:
        return;
    case REGION_ANONYMOUS:
        add_anonymous(roots, region);
        return;
    case REGION_LIBC_DATA:
    case REGION_FILE:
    case REGION_SHARED:
        add_range(roots, region->start, region->end);
        return;
    case REGION_STACK:
    case REGION_THREAD_STACK: /* see thread_stacks.h */
        return;
    }
}

static void add_stacks(struct roots *roots)
{
    size_t count;
    struct stack_part *parts = thread_stacks_alive(roots->snapshot, &count);

    for (size_t i = 0; i < count; i++)
        add_range(roots, parts[i].start, parts[i].end);
    free(parts);
}

static bool is_loader_site(const struct snapshot *snapshot, const struct heap_site *site)
{
    return site->frame_count && site->frames[0] >= snapshot->loader.start && site->frames[0] < snapshot->loader.end;
}

static void add_exempt_blocks(struct roots *roots)
{
    const struct snapshot *snapshot = roots->snapshot;
    const struct block_table *table = roots->index->table;
    bool *loader_sites = xcalloc(snapshot->site_count, sizeof *loader_sites);

    for (size_t i = 0; i < snapshot->site_count; i++)
        loader_sites[i] = is_loader_site(snapshot, &snapshot->sites[i]);
    for (size_t i = 0; i < table->count; i++) {
        const struct heap_block *block = &table->blocks[i];
        if (block->ignored || (block->site < snapshot->site_count && loader_sites[block->site]))
            add_block(roots, (uint32_t)i);
    }
    free(loader_sites);
}

static void add_root_range(struct roots *roots, const struct root_range *range)
{
    uint64_t room = UINT64_MAX - range->address;

    add_range(roots, range->address, range->address + (range->size < room ? range->size : room));
}

void roots_walk(const struct snapshot *snapshot, const struct block_index *index, struct range_reader *reader,
                const struct root_visitor *visitor)
{
    struct roots roots = {.snapshot = snapshot, .index = index, .reader = reader, .visitor = visitor, .place = {.kind = ROOT_WORD}};

    take_words(&roots, 0, snapshot->root_words, snapshot->root_word_count);
    for (size_t i = 0; i < snapshot->thread_count; i++)
        add_thread(&roots, &snapshot->threads[i]);
    roots.place = (struct root_place){.kind = ROOT_STACK};
    add_stacks(&roots);
    for (size_t i = 0; i < snapshot->region_count; i++)
        add_region(&roots, &snapshot->regions[i]);
    roots.place.kind = ROOT_RANGE;
    for (size_t i = 0; i < snapshot->root_range_count; i++)
        add_root_range(&roots, &snapshot->root_ranges[i]);
    roots.place.kind = ROOT_EXEMPT;
    add_exempt_blocks(&roots);
}

/* ---- For the pointer graph ---- */

struct collection {
    const struct block_index *index;
    struct pointer_collector *collector;
};

static void collect_words(void *context, const struct root_place *place, uint64_t address, const uint64_t *words, size_t count)
{
    const struct collection *collection = context;

    if (place->kind == ROOT_LIBC_DATA)
        pointer_collector_add_starts(collection->collector, words, count);
    else
        pointer_collector_add(collection->collector, (uint32_t)collection->index->table->count, words, count);
}

static void collect_block(void *context, const struct root_place *place, uint32_t block)
{
    const struct collection *collection = context;

    pointer_collector_add_root(collection->collector, block);
}

void roots_collect(const struct snapshot *snapshot, const struct block_index *index, struct range_reader *reader,
                   struct pointer_collector *collector)
{
    struct collection collection = {index, collector};

    roots_walk(snapshot, index, reader, &(struct root_visitor){collect_words, collect_block, &collection});
}
