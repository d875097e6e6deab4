/* SPDX-License-Identifier: MIT */
#include "snapshot_regions.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* HEAP_MAX_SIZE of glibc's malloc on 64-bit machines (malloc/arena.c): each piece of an arena starts at a multiple of it. */
#define ARENA_ALIGNMENT (UINT64_C(64) << 20)

/* A range that is not of the kind that its mapping suggests. */
struct exception {
    uint64_t start, end;
    bool left_out;
    enum region_kind kind;
};

struct builder {
    const struct region_rules *rules;
    struct exception *exceptions; /* sorted */
    size_t exception_count, exception_capacity;
    struct memory_region *regions;
    size_t region_count, region_capacity;
};

static bool holds_block(const struct region_rules *rules, uint64_t start, uint64_t end)
{
    const size_t first = heap_block_find(rules->blocks, rules->block_count, start);

    return first < rules->block_count && rules->blocks[first].address < end;
}

static enum region_kind kind_of(const struct region_rules *rules, const struct memory_map *map)
{
    if (map->shared)
        return REGION_SHARED;
    if (strcmp(map->path, "[stack]") == 0)
        return REGION_STACK;
    if (!memory_map_is_anonymous(map))
        return REGION_FILE;
    if (rules->glibc)
        return strcmp(map->path, "[heap]") == 0 ? REGION_HEAP : REGION_ANONYMOUS;
    return holds_block(rules, map->start, map->end) ? REGION_HEAP : REGION_ANONYMOUS;
}

/* ---- Exceptions ------------------------------------------------------------------------------------------------------------ */

static void add_exception(struct builder *builder, struct exception exception)
{
    builder->exceptions =
        xgrow(builder->exceptions, &builder->exception_capacity, builder->exception_count + 1, sizeof *builder->exceptions);
    builder->exceptions[builder->exception_count++] = exception;
}

/* struct heap_info of glibc stands at the start: the arena it belongs to, the piece before it, the size in use. */
static bool looks_like_arena(const struct region_rules *rules, uint64_t address)
{
    uint64_t words[3];

    return memory_read(rules->memory, address, words, sizeof words) == sizeof words && words[0] != 0 && words[0] % 16 == 0 &&
           words[2] != 0 && words[2] <= ARENA_ALIGNMENT && words[2] % 4096 == 0;
}

static void add_arenas(struct builder *builder, const struct memory_map *map)
{
    const struct region_rules *rules = builder->rules;

    if (map->start % ARENA_ALIGNMENT != 0)
        return;
    for (uint64_t start = map->start; start < map->end; start += ARENA_ALIGNMENT) {
        const uint64_t end = map->end - start < ARENA_ALIGNMENT ? map->end : start + ARENA_ALIGNMENT;
        if (holds_block(rules, start, end) && looks_like_arena(rules, start))
            add_exception(builder, (struct exception){start, end, false, REGION_HEAP});
    }
}

static bool is_in_heap_segment(const struct memory_maps *maps, uint64_t address)
{
    const struct memory_map *map = memory_maps_find(maps, address);
    return map && strcmp(map->path, "[heap]") == 0;
}

static int by_start(const void *a, const void *b)
{
    const struct exception *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

static void collect_exceptions(struct builder *builder)
{
    const struct region_rules *rules = builder->rules;

    for (size_t i = 0; i < rules->left_out_count; i++)
        add_exception(builder, (struct exception){rules->left_out[i].start, rules->left_out[i].end, true, REGION_ANONYMOUS});
    for (size_t i = 0; i < rules->stack_count; i++)
        add_exception(builder, (struct exception){rules->stacks[i].start, rules->stacks[i].end, false, REGION_THREAD_STACK});
    for (size_t i = 0; i < rules->mapped_count; i++)
        if (is_in_heap_segment(rules->maps, rules->mapped[i].start))
            add_exception(builder, (struct exception){rules->mapped[i].start, rules->mapped[i].end, false, REGION_ANONYMOUS});
    if (rules->libc_data.start < rules->libc_data.end)
        add_exception(builder, (struct exception){rules->libc_data.start, rules->libc_data.end, false, REGION_LIBC_DATA});
    for (size_t i = 0; rules->glibc && i < rules->maps->count; i++)
        if (rules->maps->maps[i].writable && memory_map_is_anonymous(&rules->maps->maps[i]))
            add_arenas(builder, &rules->maps->maps[i]);
    if (builder->exception_count > 1)
        qsort(builder->exceptions, builder->exception_count, sizeof *builder->exceptions, by_start);
}

/* ---- Regions --------------------------------------------------------------------------------------------------------------- */

static void add_region(struct builder *builder, uint64_t start, uint64_t end, enum region_kind kind)
{
    if (start >= end)
        return;
    builder->regions = xgrow(builder->regions, &builder->region_capacity, builder->region_count + 1, sizeof *builder->regions);
    builder->regions[builder->region_count++] = (struct memory_region){start, end, kind};
}

/* A part of the heap, in which not all blocks are known: what is none of them counts as it would without a heap. */
static void add_between_blocks(struct builder *builder, uint64_t start, uint64_t end)
{
    const struct region_rules *rules = builder->rules;
    uint64_t at = start;

    for (size_t i = heap_block_find(rules->blocks, rules->block_count, start);
         i < rules->block_count && rules->blocks[i].address < end; i++) {
        add_region(builder, at, rules->blocks[i].address & -sizeof(uint64_t), REGION_ANONYMOUS);
        at = (rules->blocks[i].address + rules->blocks[i].size + sizeof(uint64_t) - 1) & -sizeof(uint64_t);
    }
    add_region(builder, at, end, REGION_ANONYMOUS);
}

static void add_part(struct builder *builder, uint64_t start, uint64_t end, enum region_kind kind)
{
    if (builder->rules->partial && kind == REGION_HEAP)
        add_between_blocks(builder, start, end);
    else
        add_region(builder, start, end, kind);
}

/* Cuts a mapping at the exceptions in it. */
static void add_map(struct builder *builder, const struct memory_map *map, size_t *next)
{
    const enum region_kind kind = kind_of(builder->rules, map);
    uint64_t at = map->start;

    while (*next < builder->exception_count && builder->exceptions[*next].end <= map->start)
        ++*next;
    for (size_t i = *next; i < builder->exception_count && builder->exceptions[i].start < map->end; i++) {
        const struct exception *exception = &builder->exceptions[i];
        const uint64_t start = exception->start > at ? exception->start : at;
        const uint64_t end = exception->end < map->end ? exception->end : map->end;
        if (start >= end)
            continue;
        add_part(builder, at, start, kind);
        if (!exception->left_out)
            add_part(builder, start, end, exception->kind);
        at = end;
    }
    add_part(builder, at, map->end, kind);
}

size_t snapshot_regions(const struct region_rules *rules, struct memory_region **regions)
{
    struct builder builder = {.rules = rules};
    size_t next = 0;

    collect_exceptions(&builder);
    for (size_t i = 0; i < rules->maps->count; i++) {
        const struct memory_map *map = &rules->maps->maps[i];
        if (memory_maps_hold_data(rules->maps, i))
            add_map(&builder, map, &next);
    }
    free(builder.exceptions);
    *regions = builder.regions;
    return builder.region_count;
}
