/* SPDX-License-Identifier: MIT */
#include "arena_finder.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "arena_state.h"
#include "heap_walk.h"

#define PIECE       (UINT64_C(1) << 20)
#define OVERLAP     UINT64_C(4096) /* larger than any struct that is looked for */
#define ADDRESS_MAX (UINT64_C(1) << 47)

/* Called for each piece of memory: `count` words at `address`; more follow, so that structs can be seen that start before. */
typedef void piece_sink(struct heap_walk *walk, void *context, uint64_t address, const uint64_t *words, size_t count);

static bool is_library_data(const struct memory_map *map, bool by_name)
{
    const char *name = memory_map_file_name(map);

    if (map->inode == 0 || map->shared || !map->readable || !map->writable)
        return false;
    return !by_name || strncmp(name, "libc.so", 7) == 0 || strncmp(name, "libc-2.", 7) == 0;
}

/* The end of the anonymous memory that follows: .bss. */
static uint64_t bss_end(const struct memory_maps *maps, const struct memory_map *map)
{
    const struct memory_map *last = maps->maps + maps->count;

    while (map + 1 < last && map[1].start == map->end && map[1].readable && map[1].writable && memory_map_is_anonymous(&map[1]) &&
           strcmp(map[1].path, "[heap]") != 0)
        map++;
    return map->end;
}

static void give_pieces(struct heap_walk *walk, uint64_t from, uint64_t to, piece_sink *sink, void *context)
{
    const struct memory_view *view = walk->request->memory;
    unsigned char *buffer = xmalloc(PIECE + 2 * OVERLAP);

    for (uint64_t at = from; at < to; at += PIECE) {
        uint64_t size = to - at < PIECE + OVERLAP ? to - at : PIECE + OVERLAP, start, end;
        if (to - from > PIECE && view->next_present && !view->next_present(view->context, at, at + size, &start, &end))
            continue;
        uint64_t got = memory_read(view, at, buffer, size);
        memset(buffer + got, 0, OVERLAP); /* zeros are no struct that is looked for */
        sink(walk, context, at, (const uint64_t *)buffer, (got < PIECE ? got : PIECE) / 8);
    }
    free(buffer);
}

/* True if it may be worth a closer look. Memory taken need not be whole pages: the program break may start anywhere. */
static bool resembles_arena(const uint64_t *words, const struct arena_layout *layout)
{
    uint64_t next = words[layout->next / 8], system_mem = words[layout->system_mem / 8];
    uint64_t max_system_mem = words[layout->system_mem / 8 + 1];

    return next != 0 && next % 8 == 0 && next < ADDRESS_MAX && words[layout->top / 8] % 8 == 0 && words[layout->top / 8] != 0 &&
           (uint32_t)words[0] <= 2 && system_mem <= max_system_mem && max_system_mem < ADDRESS_MAX && words[layout->bins / 8] != 0;
}

static void find_in_piece(struct heap_walk *walk, void *context, uint64_t address, const uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < arena_layout_count; k++) {
            if (!resembles_arena(words + i, &arena_layouts[k]))
                continue;
            if (!arena_state_is_main(walk, &arena_layouts[k], address + 8 * i))
                continue;
            if (walk->layout == NULL) {
                walk->layout = &arena_layouts[k];
                walk->arenas = xcalloc(1, sizeof *walk->arenas);
                walk->arenas[0].address = address + 8 * i;
            } else if (walk->arenas[0].address != address + 8 * i) {
                heap_walk_problem(walk, GLIBC_HEAP_SECOND_LIBRARY, address + 8 * i);
            }
        }
    }
}

static void find_main(struct heap_walk *walk, bool by_name)
{
    const struct memory_maps *maps = walk->request->maps;

    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        bool known = walk->layout != NULL;
        if (!is_library_data(map, by_name))
            continue;
        uint64_t end = bss_end(maps, map);
        give_pieces(walk, map->start, end, find_in_piece, NULL);
        if (!known && walk->layout) {
            walk->library_start = map->start;
            walk->library_end = end;
        }
    }
}

bool arena_finder_run(struct heap_walk *walk)
{
    struct glibc_heap *heap = walk->heap;

    find_main(walk, true);
    if (walk->layout == NULL)
        find_main(walk, false);
    if (walk->layout == NULL)
        return false;
    heap->versions = walk->layout->versions;
    heap->arena_count = 1;
    for (size_t i = 0; i < heap->arena_count; i++) {
        uint64_t address = walk->arenas[i].address;
        if (!arena_state_read(walk, walk->layout, address, &walk->arenas[i]) && walk->arenas[i].mutex == 0) {
            walk->arenas[i].senseless = true;
            heap_walk_problem(walk, GLIBC_HEAP_BAD_ARENA, address);
        }
        uint64_t next = walk->arenas[i].next;
        if (next == walk->arenas[0].address)
            break;
        if (next == 0 || heap->arena_count == ARENA_COUNT_MAX) { /* the ring was closed when it was looked at */
            heap_walk_problem(walk, GLIBC_HEAP_BAD_ARENA, address);
            break;
        }
        walk->arenas = xreallocarray(walk->arenas, ++heap->arena_count, sizeof *walk->arenas);
        walk->arenas[i + 1] = (struct arena_state){.address = next};
    }
    return true;
}

static uint64_t half(const uint64_t *words, size_t offset)
{
    return (uint32_t)(words[offset / 8] >> (offset % 8 * 8));
}

/* 0: these are no parameters of malloc (malloc/malloc.c: mp_); the more, the more it looks like them. */
static unsigned resembles_parameters(const struct heap_walk *walk, const uint64_t *words, const struct parameters_layout *layout)
{
    uint64_t count = half(words, layout->n_mmaps), count_limit = half(words, layout->n_mmaps + 4u);
    uint64_t count_max = half(words, layout->n_mmaps + 8u), fixed = half(words, layout->n_mmaps + 12u);
    uint64_t bytes = words[layout->mmapped_mem / 8], bytes_max = words[layout->mmapped_mem / 8 + 1];
    uint64_t base = words[layout->sbrk_base / 8];

    if (count > count_max || count_max > INT32_MAX || count_limit > INT32_MAX || fixed > 1 || bytes > bytes_max ||
        bytes % 4096 != 0 || bytes / 4096 < count || (bytes == 0) != (count == 0) || (count_max == 0) != (bytes_max == 0))
        return 0;
    /* trim_threshold, top_pad, mmap_threshold, arena_test: only a program that calls mallopt() has others than the defaults. */
    unsigned likeness = 1 + 4 * (count_limit == 65536) + 2 * (words[3] == 8) + (words[2] >= 0x20000);
    if (walk->sbrk_base)
        return base == walk->sbrk_base ? likeness : 0;
    if (!arena_has_memory(walk, &walk->arenas[0]))
        return base == 0 && likeness >= 6 ? likeness : 0;
    return base != 0 && likeness >= 4 && heap_walk_memory_end(walk, base) ? likeness : 0;
}

struct found_parameters {
    unsigned likeness;
    uint64_t count, bytes, base;
};

static void look_for_parameters(struct heap_walk *walk, void *context, uint64_t address, const uint64_t *words, size_t count)
{
    struct found_parameters *found = context;

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < parameters_layout_count; k++) {
            const struct parameters_layout *layout = &parameters_layouts[k];
            unsigned likeness = resembles_parameters(walk, words + i, layout);
            if (likeness <= found->likeness)
                continue;
            *found = (struct found_parameters){likeness, half(words + i, layout->n_mmaps), words[i + layout->mmapped_mem / 8],
                                               words[i + layout->sbrk_base / 8]};
        }
    }
}

void arena_finder_parameters(struct heap_walk *walk)
{
    struct found_parameters found = {0};
    const struct arena_state *main = &walk->arenas[0];

    /* All memory of a contiguous main arena, that of others between its parts included, is counted in system_mem. */
    if (arena_has_memory(walk, main) && main->contiguous && main->system_mem < main->top)
        walk->sbrk_base = main->top + main->top_size - main->system_mem;
    give_pieces(walk, walk->library_start, walk->library_end, look_for_parameters, &found);
    if (found.likeness == 0)
        return;
    walk->sbrk_base = found.base;
    walk->heap->mapped_known = true;
    walk->heap->mapped_expected = found.count;
    walk->mapped_bytes_expected = found.bytes;
}
