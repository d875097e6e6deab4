/* SPDX-License-Identifier: MIT */
#include "free_bins.h"

#include "address_index.h"
#include "heap_walk.h"

static struct glibc_chunks *sum_of_bin(struct glibc_arena *arena, unsigned bin)
{
    if (bin == BIN_UNSORTED)
        return &arena->unsorted;
    return bin < BIN_LARGE_FIRST ? &arena->small_bins : &arena->large_bins;
}

/* Follows one bin. Each chunk can be met once only, so that this ends. */
static void follow_bin(struct heap_walk *walk, const struct address_index *index, uint32_t number, unsigned bin)
{
    const struct arena_state *arena = &walk->arenas[number];
    struct glibc_chunks *sum = sum_of_bin(&walk->heap->arenas[number], bin);
    uint64_t head = arena->address + walk->layout->bins + 16 * (bin - 1) - CHUNK_HEADER;
    uint64_t before = head, at = arena->bins[2 * (bin - 1)];

    while (at != head) {
        size_t found = address_index_find(index, at);
        struct free_chunk *chunk = found == SIZE_MAX ? NULL : &walk->free_chunks[found];
        if (chunk == NULL || chunk->arena != number) {
            heap_walk_problem(walk, GLIBC_HEAP_BIN_BROKEN, before);
            return;
        }
        if (chunk->bk != before || chunk->bin != 0) {
            heap_walk_problem(walk, GLIBC_HEAP_BIN_LINKS, at);
            return;
        }
        if (bin != BIN_UNSORTED && bin_of_size(chunk->size) != bin)
            heap_walk_problem(walk, GLIBC_HEAP_BIN_WRONG, at);
        chunk->bin = bin & 0xff;
        sum->count++;
        sum->bytes += chunk->size;
        before = at;
        at = chunk->fd;
    }
    if (arena->bins[2 * (bin - 1) + 1] != before)
        heap_walk_problem(walk, GLIBC_HEAP_BIN_LINKS, head);
}

void free_bins_check(struct heap_walk *walk)
{
    struct address_index index;

    address_index_init(&index, walk->free_chunks, walk->free_count, sizeof *walk->free_chunks);
    for (uint32_t i = 0; i < walk->heap->arena_count; i++)
        for (unsigned bin = BIN_UNSORTED; bin < BIN_COUNT && !walk->heap->arenas[i].left_out; bin++)
            follow_bin(walk, &index, i, bin);
    for (size_t i = 0; i < walk->free_count; i++)
        if (walk->free_chunks[i].bin == 0)
            heap_walk_problem(walk, GLIBC_HEAP_NOT_IN_BIN, walk->free_chunks[i].address);
    address_index_finish(&index);
}
