/* SPDX-License-Identifier: MIT */
#include "heap_extents.h"

#include <string.h>

#include "chunk_walk.h"
#include "heap_walk.h"

#define HEAPS_MAX   65536
#define TRIAL_BYTES (UINT64_C(1) << 36) /* of memory whose pages may be tried in search of areas */

/* malloc/arena.c: struct _heap_info, as far as it is needed. */
enum { HEAP_ARENA, HEAP_PREV, HEAP_SIZE, HEAP_MPROTECT_SIZE, HEAP_WORDS };

static uint64_t align_chunk(uint64_t address)
{
    return (address + CHUNK_ALIGN - 1) & ~(CHUNK_ALIGN - 1);
}

/* The arena's first heap, which holds the arena itself behind the heap_info. Returns 0 if there is none. */
static uint64_t first_heap(struct heap_walk *walk, uint64_t arena, uint16_t *info_size)
{
    for (size_t i = 0; i < heap_info_size_count; i++) {
        uint64_t heap = arena - heap_info_sizes[i], owner;
        if (heap % PAGE_BYTES == 0 && target_word(&walk->reader, heap, &owner) && owner == arena) {
            *info_size = heap_info_sizes[i];
            return heap;
        }
    }
    return 0;
}

/* The heap of the top chunk, the newest one. Returns 0 if there is none. */
static uint64_t top_heap(struct heap_walk *walk, const struct arena_state *arena, uint64_t *alignment)
{
    for (size_t i = 0; i < heap_alignment_count; i++) {
        uint64_t heap = arena->top & ~(heap_alignments[i] - 1), owner;
        if (target_word(&walk->reader, heap, &owner) && owner == arena->address) {
            *alignment = heap_alignments[i];
            return heap;
        }
    }
    return 0;
}

static void find_heaps(struct heap_walk *walk, uint32_t number)
{
    const struct arena_state *arena = &walk->arenas[number];
    uint64_t alignment, info[HEAP_WORDS];
    uint16_t info_size = 0;
    uint64_t first = first_heap(walk, arena->address, &info_size), heap = top_heap(walk, arena, &alignment);

    if (first == 0 || heap == 0) {
        heap_walk_problem(walk, GLIBC_HEAP_BAD_HEAP, first ? arena->top : arena->address);
        return;
    }
    for (size_t count = 0; count < HEAPS_MAX; count++, heap = info[HEAP_PREV]) {
        if (heap % alignment != 0 || !target_words(&walk->reader, heap, info, HEAP_WORDS) || info[HEAP_ARENA] != arena->address ||
            info[HEAP_MPROTECT_SIZE] > alignment || info[HEAP_SIZE] % PAGE_BYTES != 0 ||
            info[HEAP_SIZE] > info[HEAP_MPROTECT_SIZE] || heap_walk_memory_end(walk, heap) < heap + info[HEAP_SIZE] ||
            (info[HEAP_PREV] == 0) != (heap == first))
            break;
        uint64_t start = heap == first ? align_chunk(arena->address + walk->layout->size) : heap + info_size;
        heap_walk_add_extent(walk, (struct extent){.start = start,
                                                   .end = heap + info[HEAP_SIZE],
                                                   .taken = info[HEAP_SIZE],
                                                   .mapped_end = heap + info[HEAP_MPROTECT_SIZE],
                                                   .arena = number});
        if (heap == first)
            return;
    }
    heap_walk_problem(walk, GLIBC_HEAP_BAD_HEAP, heap);
}

/* The part of the main arena that comes from brk, with what others took between. */
static void find_brk_area(struct heap_walk *walk)
{
    const struct arena_state *arena = &walk->arenas[0];
    const struct memory_maps *maps = walk->request->maps;
    uint64_t base = walk->sbrk_base, end;

    for (size_t i = 0; base == 0 && i < maps->count; i++) /* mp_ was not found: walk from where the mapping starts */
        if (strcmp(maps->maps[i].path, "[heap]") == 0)
            base = maps->maps[i].start;
    end = base ? heap_walk_memory_end(walk, base) : 0;
    if (end == 0) {
        if (arena->contiguous)
            heap_walk_problem(walk, GLIBC_HEAP_BAD_ARENA, arena->address);
        return;
    }
    const struct memory_map *map = memory_maps_find(maps, base);
    uint64_t top_end = arena->top + arena->top_size, mapped_end = end;
    heap_walk_add_foreign(walk, map->start, base);
    if (arena->top >= base && arena->top < end) {
        if (top_end > end || top_end < arena->top) {
            heap_walk_problem(walk, GLIBC_HEAP_BAD_TOP, arena->top);
            top_end = end;
        }
        end = top_end;
        heap_walk_add_foreign(walk, end, mapped_end);
    }
    heap_walk_add_extent(walk,
                         (struct extent){.start = align_chunk(base), .end = end, .taken = end - base, .mapped_end = mapped_end});
}

/* End of the chain of chunks that starts at a page of a mapping, if that is an area of the main arena: made by mmap because brk had
 * no more (malloc/malloc.c: sysmalloc_mmap_fallback). It ends in fenceposts or with the top chunk. 0 if it is none. */
static uint64_t area_end(struct heap_walk *walk, uint64_t start, uint64_t limit)
{
    uint64_t words[2];

    if (!target_words(&walk->reader, start, words, 2))
        return 0;
    if ((words[1] & SIZE_FLAGS) != PREV_INUSE || words[1] < CHUNK_SIZE_MIN || words[1] - PREV_INUSE > limit - start)
        return 0;
    return chunk_walk_try(walk, start, limit);
}

static void find_areas_in(struct heap_walk *walk, const struct memory_map *map, uint64_t *budget)
{
    const struct memory_view *view = walk->request->memory;
    uint64_t limit = heap_walk_memory_end(walk, map->start);

    for (uint64_t at = map->start; at < map->end;) {
        uint64_t start = at, end = map->end;
        if (view->next_present && (!view->next_present(view->context, at, map->end, &start, &end) || end <= at))
            return;
        at = start > at ? start : at;
        while (at < end) {
            const struct extent *known = heap_walk_find_extent(walk, at);
            uint64_t found = known ? known->mapped_end : area_end(walk, at, limit);
            if (found && !known) {
                heap_walk_add_extent(walk, (struct extent){.start = at, .end = found, .taken = found - at, .mapped_end = found});
                heap_walk_sort_extents(walk);
            }
            if (*budget < PAGE_BYTES)
                return;
            *budget -= PAGE_BYTES;
            at = found > at ? (found + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1) : at + PAGE_BYTES;
        }
    }
}

static void find_mapped_areas(struct heap_walk *walk)
{
    const struct memory_maps *maps = walk->request->maps;
    uint64_t budget = TRIAL_BYTES;

    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (map->readable && map->writable && memory_map_is_anonymous(map) && strcmp(map->path, "[stack]") != 0 &&
            strcmp(map->path, "[heap]") != 0)
            find_areas_in(walk, map, &budget);
    }
}

static void check_taken(struct heap_walk *walk)
{
    const struct arena_state *arena = &walk->arenas[0];
    uint64_t taken = 0;
    bool top_found = false;

    for (size_t i = 0; i < walk->extent_count; i++) {
        const struct extent *extent = &walk->extents[i];
        if (extent->arena == 0) {
            taken += extent->taken;
            top_found |= arena->top >= extent->start && arena->top < extent->end;
        }
    }
    if (!top_found)
        heap_walk_problem(walk, GLIBC_HEAP_TOP_MISSED, arena->top);
    else if (taken < arena->system_mem)
        heap_walk_problem(walk, GLIBC_HEAP_AREA_MISSING, arena->address);
}

static void check_overlap(struct heap_walk *walk)
{
    size_t kept = 0;

    for (size_t i = 0; i < walk->extent_count; i++) {
        if (walk->extents[i].start >= walk->extents[i].end || (kept && walk->extents[i].start < walk->extents[kept - 1].end))
            heap_walk_problem(walk, GLIBC_HEAP_OVERLAP, walk->extents[i].start);
        else
            walk->extents[kept++] = walk->extents[i];
    }
    walk->extent_count = kept;
}

void heap_extents_find(struct heap_walk *walk)
{
    const struct arena_state *main = &walk->arenas[0];
    bool main_used = !walk->heap->arenas[0].left_out && arena_has_memory(walk, main);

    for (uint32_t i = 1; i < walk->heap->arena_count; i++)
        if (!walk->heap->arenas[i].left_out && arena_has_memory(walk, &walk->arenas[i]))
            find_heaps(walk, i);
    if (main_used)
        find_brk_area(walk);
    heap_walk_sort_extents(walk);
    if (main_used && !main->contiguous)
        find_mapped_areas(walk);
    check_overlap(walk);
    if (main_used)
        check_taken(walk);
}
