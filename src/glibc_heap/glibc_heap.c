/* SPDX-License-Identifier: MIT */
#include "glibc_heap.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "arena_finder.h"
#include "cached_chunks.h"
#include "chunk_walk.h"
#include "free_bins.h"
#include "heap_extents.h"
#include "heap_usage.h"
#include "heap_walk.h"
#include "mapped_chunks.h"

#define TRIALS (UINT64_C(1) << 24)

/* Returns false if there is an arena that is being changed, and that is not to be left out. */
static bool begin_arenas(struct heap_walk *walk)
{
    struct glibc_heap *heap = walk->heap;

    heap->arenas = xcalloc(heap->arena_count, sizeof *heap->arenas);
    for (size_t i = 0; i < heap->arena_count; i++) {
        const struct arena_state *state = &walk->arenas[i];
        heap->arenas[i].address = state->address;
        heap->arenas[i].main = i == 0;
        heap->arenas[i].system_bytes = state->system_mem;
        if (state->mutex != 0)
            heap_walk_problem(walk, walk->request->skip_locked ? GLIBC_HEAP_ARENA_LEFT_OUT : GLIBC_HEAP_ARENA_LOCKED,
                              state->address);
        heap->arenas[i].left_out = state->mutex != 0 || state->senseless;
        walk->left_out |= heap->arenas[i].left_out;
    }
    return heap->state != GLIBC_HEAP_LOCKED;
}

static void read_heap(struct heap_walk *walk)
{
    if (!arena_finder_run(walk)) {
        walk->heap->state = GLIBC_HEAP_NOT_FOUND;
        return;
    }
    if (!begin_arenas(walk))
        return;
    arena_finder_parameters(walk);
    heap_extents_find(walk);
    mapped_chunks_find(walk);
    if (walk->extent_count == 0 && walk->heap->state == GLIBC_HEAP_COMPLETE) {
        walk->heap->state = GLIBC_HEAP_NOT_FOUND; /* it was set up, but another malloc does the work */
        return;
    }
    chunk_walk_begin(walk);
    for (size_t i = 0; i < walk->extent_count; i++)
        chunk_walk_run(walk, &walk->extents[i]);
    free_bins_check(walk);
    cached_chunks_mark(walk);
    heap_usage_sum(walk);
    heap_walk_sort_foreign(walk);
}

void glibc_heap_read(const struct glibc_heap_request *request, struct glibc_heap *heap)
{
    struct heap_walk walk = {.request = request, .heap = heap, .trials = TRIALS};

    *heap = (struct glibc_heap){.resident_known = request->resident != NULL};
    target_reader_init(&walk.reader, request->memory);
    read_heap(&walk);
    target_reader_finish(&walk.reader);
    free(walk.arenas);
    free(walk.extents);
    free(walk.free_chunks);
}

bool glibc_heap_is_locked(const struct memory_view *memory, const struct memory_maps *maps)
{
    const struct glibc_heap_request request = {.memory = memory, .maps = maps};
    struct glibc_heap heap = {0};
    struct heap_walk walk = {.request = &request, .heap = &heap};
    bool locked = false;

    target_reader_init(&walk.reader, memory);
    if (arena_finder_run(&walk))
        for (size_t i = 0; i < heap.arena_count; i++)
            locked |= walk.arenas[i].mutex != 0;
    target_reader_finish(&walk.reader);
    free(walk.arenas);
    return locked;
}

void glibc_heap_finish(struct glibc_heap *heap)
{
    free(heap->blocks);
    free(heap->arenas);
    free(heap->foreign);
    free(heap->extents);
    *heap = (struct glibc_heap){0};
}

const char *glibc_heap_problem_text(enum glibc_heap_problem problem)
{
    static const char *const texts[] = {
        [GLIBC_HEAP_NO_PROBLEM] = "no problem",
        [GLIBC_HEAP_SECOND_LIBRARY] = "a second C library has a heap of its own",
        [GLIBC_HEAP_AREA_MISSING] = "memory of an arena was not found",
        [GLIBC_HEAP_MAPPED_UNCHECKED] = "blocks with mappings of their own could not be counted",
        [GLIBC_HEAP_MAPPED_MISMATCH] = "malloc counts other blocks with mappings of their own than were found",
        [GLIBC_HEAP_ARENA_LEFT_OUT] = "an arena is locked",
        [GLIBC_HEAP_TCACHE_UNCHECKED] = "the tcache of a thread was not recognised",
        [GLIBC_HEAP_ARENA_LOCKED] = "an arena is locked",
        [GLIBC_HEAP_BAD_ARENA] = "fields of an arena make no sense",
        [GLIBC_HEAP_BAD_HEAP] = "the head of a heap makes no sense",
        [GLIBC_HEAP_OVERLAP] = "heaps overlap",
        [GLIBC_HEAP_UNREADABLE] = "no memory where a chunk should be",
        [GLIBC_HEAP_BAD_SIZE] = "impossible size of a chunk",
        [GLIBC_HEAP_BAD_FLAGS] = "impossible flags of a chunk",
        [GLIBC_HEAP_BAD_PREV_SIZE] = "the size of a free chunk is not repeated at its end",
        [GLIBC_HEAP_FREE_NEIGHBOURS] = "two free chunks side by side",
        [GLIBC_HEAP_TOP_MISSED] = "the chunks do not end at the top chunk",
        [GLIBC_HEAP_BAD_TOP] = "the top chunk does not end where its heap does",
        [GLIBC_HEAP_BIN_BROKEN] = "a bin leads to something that is no free chunk",
        [GLIBC_HEAP_BIN_LINKS] = "neighbours in a bin disagree",
        [GLIBC_HEAP_BIN_WRONG] = "a chunk is in a bin for other sizes",
        [GLIBC_HEAP_NOT_IN_BIN] = "a free chunk is in no bin",
        [GLIBC_HEAP_FAST_BIN_BROKEN] = "a fast bin leads to something that is no chunk of its size",
        [GLIBC_HEAP_TCACHE_BROKEN] = "a tcache leads to something that is no chunk of its size",
    };

    return (size_t)problem < sizeof texts / sizeof *texts ? texts[problem] : "unknown problem";
}
