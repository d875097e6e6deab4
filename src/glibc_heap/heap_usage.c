/* SPDX-License-Identifier: MIT */
#include "heap_usage.h"

#include "base/xalloc.h"
#include "heap_walk.h"

#define CHUNK_STRUCT                                                                                                               \
    UINT64_C(48) /* sizeof(struct malloc_chunk): what malloc_trim() leaves of a free chunk (malloc/malloc.c: mtrim) */

/* The pass over all chunks in ascending order. Without resident pages nothing counts as resident. */
struct usage {
    struct heap_walk *walk;
    struct page_cursor cursor, run_cursor;
    size_t next_free;    /* of the free chunks, which have an array of their own */
    uint64_t start, end; /* a run of memory that malloc_trim() would make one free chunk */
    uint32_t arena;      /* whose it is */
    bool top_in_run;     /* the top chunk of the main arena was counted with the run before it */
};

static uint64_t resident_bytes(struct page_cursor *cursor, uint64_t from, uint64_t to)
{
    return cursor->pages ? page_cursor_bytes(cursor, from, to) : 0;
}

/* ---- What malloc_trim() gives back ----------------------------------------------------------------------------------------- */

/* Of top chunks it touches that of the main arena only, and what lies before another top chunk becomes a part of that (mtrim,
 * systrim). */

static void add_whole_pages(struct usage *usage, uint32_t arena, uint64_t start, uint64_t end)
{
    const uint64_t from = (start + CHUNK_STRUCT + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1), to = end & ~(PAGE_BYTES - 1);

    usage->walk->heap->arenas[arena].resident_free_bytes += resident_bytes(&usage->run_cursor, from, to);
}

static void end_run(struct usage *usage)
{
    const struct arena_state *state = &usage->walk->arenas[usage->arena];

    if (usage->start == usage->end)
        return;
    if (usage->end == state->top && usage->arena == 0) {
        usage->end += state->top_size;
        usage->top_in_run = true;
    }
    if (usage->end != state->top)
        add_whole_pages(usage, usage->arena, usage->start, usage->end);
    usage->start = usage->end;
}

/* Fast bins are emptied first (malloc_consolidate), and neighbours become one chunk. */
static void add_to_run(struct usage *usage, uint32_t arena, uint64_t header, uint64_t end)
{
    if (header != usage->end || arena != usage->arena) {
        end_run(usage);
        usage->start = header;
        usage->arena = arena;
    }
    usage->end = end;
}

static void add_free_chunks(struct usage *usage, uint64_t limit)
{
    struct heap_walk *walk = usage->walk;

    for (; usage->next_free < walk->free_count && walk->free_chunks[usage->next_free].address < limit; usage->next_free++) {
        const struct free_chunk *chunk = &walk->free_chunks[usage->next_free];
        struct glibc_arena *arena = &walk->heap->arenas[chunk->arena];
        if (chunk->size > arena->largest_free)
            arena->largest_free = chunk->size;
        arena->resident.free += resident_bytes(&usage->cursor, chunk->address, chunk->address + chunk->size);
        add_to_run(usage, (uint32_t)chunk->arena, chunk->address, chunk->address + chunk->size);
    }
}

static void add_tops(struct usage *usage)
{
    struct heap_walk *walk = usage->walk;

    for (uint32_t i = 0; i < walk->heap->arena_count; i++) {
        const struct arena_state *state = &walk->arenas[i];
        struct glibc_arena *arena = &walk->heap->arenas[i];
        if (arena->left_out || !arena_has_memory(walk, state))
            continue;
        arena->top = (struct glibc_chunks){1, state->top_size};
        arena->resident.free += resident_bytes(&usage->cursor, state->top, state->top + state->top_size);
        if (i == 0 && !usage->top_in_run)
            add_whole_pages(usage, i, state->top, state->top + state->top_size);
    }
}

/* ---- Blocks ---------------------------------------------------------------------------------------------------------------- */

/* The size of a block is that from its address to the end of its chunk, whose last 8 bytes are the head of the next one. */
static uint64_t chunk_start(const struct heap_block *block)
{
    return block->address - CHUNK_HEADER;
}

static uint64_t chunk_end(const struct heap_block *block)
{
    return block->address - CHUNK_HEADER + block->size + 8;
}

static void count_live(struct usage *usage, const struct extent *extent, const struct heap_block *block)
{
    struct heap_walk *walk = usage->walk;

    if (extent->mapped) {
        walk->heap->mapped.count++;
        walk->heap->mapped.bytes += extent->taken;
        return;
    }
    struct glibc_arena *arena = &walk->heap->arenas[extent->arena];
    uint64_t top = walk->arenas[extent->arena].top;
    arena->live.count++;
    arena->live.bytes += block->size + 8u;
    arena->resident.live += resident_bytes(&usage->cursor, chunk_start(block), chunk_end(block));
    if (top >= extent->start && top < extent->end) {
        arena->pin_address = block->address;
        arena->pin_size = block->size;
        arena->pin_distance = top - chunk_end(block);
    }
}

static void count_block(struct usage *usage, const struct extent *extent, const struct heap_block *block)
{
    const uint64_t start = chunk_start(block), end = chunk_end(block);

    if (block->unused == BLOCK_LIVE)
        count_live(usage, extent, block);
    else if (block->unused != BLOCK_OWN && !extent->mapped)
        usage->walk->heap->arenas[extent->arena].resident.cached += resident_bytes(&usage->cursor, start, end);
    if (block->unused == BLOCK_IN_FAST_BIN)
        add_to_run(usage, extent->arena, start, end);
}

/* Of the program break only what the main arena took is its; another heap's mapping is the arena's to its end. */
static struct glibc_extent whole_extent(const struct extent *extent)
{
    return (struct glibc_extent){extent->end - extent->taken, extent->arena == 0 ? extent->end : extent->mapped_end,
                                 extent->mapped};
}

/* What of an arena's memory is none of the parts counted so far is the allocator's own. */
static void sum_extents(struct usage *usage)
{
    struct glibc_heap *heap = usage->walk->heap;

    heap->extents = xcalloc(usage->walk->extent_count, sizeof *heap->extents);
    for (size_t i = 0; i < usage->walk->extent_count; i++) {
        const struct extent *extent = &usage->walk->extents[i];
        heap->extents[heap->extent_count++] = whole_extent(extent);
        if (!extent->mapped)
            heap->arenas[extent->arena].resident.allocator +=
                resident_bytes(&usage->cursor, heap->extents[i].start, heap->extents[i].end);
    }
    for (size_t i = 0; i < heap->arena_count; i++) {
        struct glibc_resident *resident = &heap->arenas[i].resident;
        const uint64_t parts = resident->live + resident->cached + resident->free;
        resident->allocator -= resident->allocator < parts ? resident->allocator : parts;
    }
}

void heap_usage_sum(struct heap_walk *walk)
{
    struct glibc_heap *heap = walk->heap;
    const struct page_cursor cursor = {.pages = walk->request->resident};
    struct usage usage = {.walk = walk, .cursor = cursor, .run_cursor = cursor};
    size_t kept = 0, number = 0;

    for (size_t i = 0; i < heap->block_count; i++) {
        const struct heap_block *block = &heap->blocks[i];
        while (number + 1 < walk->extent_count && walk->extents[number].end <= block->address)
            number++;
        add_free_chunks(&usage, block->address);
        count_block(&usage, &walk->extents[number], block);
        if (block->unused == BLOCK_LIVE)
            heap->blocks[kept++] = (struct heap_block){.address = block->address, .size = block->size};
    }
    heap->block_count = kept;
    add_free_chunks(&usage, UINT64_MAX);
    end_run(&usage);
    add_tops(&usage);
    sum_extents(&usage);
}
