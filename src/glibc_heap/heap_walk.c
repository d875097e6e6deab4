/* SPDX-License-Identifier: MIT */
#include "heap_walk.h"

#include <stdlib.h>

#include "base/xalloc.h"

static enum glibc_heap_state state_of(enum glibc_heap_problem problem)
{
    if (problem == GLIBC_HEAP_NO_PROBLEM)
        return GLIBC_HEAP_COMPLETE;
    if (problem < GLIBC_HEAP_ARENA_LOCKED)
        return GLIBC_HEAP_PARTIAL;
    return problem == GLIBC_HEAP_ARENA_LOCKED ? GLIBC_HEAP_LOCKED : GLIBC_HEAP_CORRUPT;
}

void heap_walk_problem(struct heap_walk *walk, enum glibc_heap_problem problem, uint64_t address)
{
    struct glibc_heap *heap = walk->heap;
    enum glibc_heap_state state = state_of(problem);

    if (state <= heap->state)
        return;
    heap->state = state;
    heap->problem = problem;
    heap->problem_address = address;
}

struct extent *heap_walk_add_extent(struct heap_walk *walk, struct extent extent)
{
    walk->extents = xgrow(walk->extents, &walk->extent_capacity, walk->extent_count + 1, sizeof *walk->extents);
    walk->extents[walk->extent_count] = extent;
    return &walk->extents[walk->extent_count++];
}

static int compare_extents(const void *left, const void *right)
{
    const struct extent *a = left, *b = right;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->end < b->end ? -1 : a->end > b->end;
}

void heap_walk_sort_extents(struct heap_walk *walk)
{
    if (walk->extent_count)
        qsort(walk->extents, walk->extent_count, sizeof *walk->extents, compare_extents);
}

const struct extent *heap_walk_find_extent(const struct heap_walk *walk, uint64_t address)
{
    size_t low = 0, high = walk->extent_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (walk->extents[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < walk->extent_count && walk->extents[low].start <= address ? &walk->extents[low] : NULL;
}

void heap_walk_add_foreign(struct heap_walk *walk, uint64_t start, uint64_t end)
{
    struct glibc_heap *heap = walk->heap;

    if (start >= end)
        return;
    heap->foreign = xgrow(heap->foreign, &heap->foreign_capacity, heap->foreign_count + 1, sizeof *heap->foreign);
    heap->foreign[heap->foreign_count++] = (struct glibc_foreign){start, end};
}

static int compare_foreign(const void *left, const void *right)
{
    const struct glibc_foreign *a = left, *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

void heap_walk_sort_foreign(struct heap_walk *walk)
{
    if (walk->heap->foreign_count)
        qsort(walk->heap->foreign, walk->heap->foreign_count, sizeof *walk->heap->foreign, compare_foreign);
}

uint64_t heap_walk_memory_end(const struct heap_walk *walk, uint64_t address)
{
    const struct memory_maps *maps = walk->request->maps;
    const struct memory_map *map = memory_maps_find(maps, address), *last = maps->maps + maps->count;

    if (map == NULL || !map->readable || !map->writable || map->shared)
        return 0;
    while (map + 1 < last && map[1].start == map->end && map[1].readable && map[1].writable && !map[1].shared)
        map++;
    return map->end;
}
