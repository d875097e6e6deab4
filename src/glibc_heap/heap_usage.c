/* SPDX-License-Identifier: MIT */
#include "glibc_heap/heap_usage.h"

#include "glibc_heap/heap_walk.h"

#define CHUNK_STRUCT                                                                                                               \
    UINT64_C(48) /* sizeof(struct malloc_chunk): what malloc_trim() leaves of a free chunk (malloc/malloc.c: mtrim) */

static uint64_t resident_pages(const struct heap_walk *walk, uint64_t header, uint64_t size)
{
    uint64_t from = (header + CHUNK_STRUCT + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1), to = (header + size) & ~(PAGE_BYTES - 1);

    return from < to ? target_present_bytes(walk->request->memory, from, to) : 0;
}

static void sum_free(struct heap_walk *walk)
{
    for (size_t i = 0; i < walk->free_count; i++) {
        const struct free_chunk *chunk = &walk->free_chunks[i];
        struct glibc_arena *arena = &walk->heap->arenas[chunk->arena];
        if (chunk->size > arena->largest_free)
            arena->largest_free = chunk->size;
        arena->resident_free_bytes += resident_pages(walk, chunk->address, chunk->size);
    }
    for (size_t i = 0; i < walk->heap->arena_count; i++) {
        const struct arena_state *state = &walk->arenas[i];
        struct glibc_arena *arena = &walk->heap->arenas[i];
        if (arena->left_out || !arena_has_memory(walk, state))
            continue;
        arena->top = (struct glibc_chunks){1, state->top_size};
        arena->resident_free_bytes += resident_pages(walk, state->top, state->top_size);
    }
}

static void count_live(struct heap_walk *walk, const struct extent *extent, const struct heap_block *block)
{
    if (extent->mapped) {
        walk->heap->mapped.count++;
        walk->heap->mapped.bytes += extent->taken;
        return;
    }
    struct glibc_arena *arena = &walk->heap->arenas[extent->arena];
    uint64_t top = walk->arenas[extent->arena].top;
    arena->live.count++;
    arena->live.bytes += block->size + 8u;
    if (top >= extent->start && top < extent->end) {
        arena->pin_address = block->address;
        arena->pin_size = block->size;
        arena->pin_distance = top - (block->address - CHUNK_HEADER + block->size + 8);
    }
}

void heap_usage_sum(struct heap_walk *walk)
{
    struct glibc_heap *heap = walk->heap;
    size_t kept = 0, number = 0;

    for (size_t i = 0; i < heap->block_count; i++) {
        const struct heap_block *block = &heap->blocks[i];
        if (block->unused != BLOCK_LIVE)
            continue;
        while (number + 1 < walk->extent_count && walk->extents[number].end <= block->address)
            number++;
        count_live(walk, &walk->extents[number], block);
        heap->blocks[kept++] = (struct heap_block){.address = block->address, .size = block->size};
    }
    heap->block_count = kept;
    sum_free(walk);
}
