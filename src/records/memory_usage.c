/* SPDX-License-Identifier: MIT */
#include "memory_usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define FRAGMENTED_MIN (UINT64_C(8) << 20)

void resident_memory_claim(struct resident_memory *resident, uint64_t start, uint64_t end, enum memory_kind kind)
{
    if (start >= end)
        return;
    resident->claims = xgrow(resident->claims, &resident->claim_capacity, resident->claim_count + 1, sizeof *resident->claims);
    resident->claims[resident->claim_count++] = (struct memory_claim){start, end, kind};
}

void resident_memory_finish(struct resident_memory *resident)
{
    page_runs_finish(&resident->pages);
    free(resident->claims);
    *resident = (struct resident_memory){0};
}

/* ---- Kinds of mappings ----------------------------------------------------------------------------------------------------- */

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Memory in the clothes of a file: memfd_create(2), shm_open(3), shmget(2), and what MAP_SHARED with MAP_ANONYMOUS makes. */
static bool is_memory_file(const struct memory_map *map)
{
    static const char *const names[] = {"/memfd:", "/dev/shm/", "/SYSV", "/dev/zero", "[anon_shmem:"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (starts_with(map->path, names[i]))
            return true;
    return false;
}

/* Reserved huge pages are no part of the RSS, wherever they are mapped: hugetlbfs, mmap(2) with MAP_HUGETLB. */
static bool is_huge(const struct memory_map *map)
{
    return starts_with(map->path, "/anon_hugepage") || starts_with(map->path, "/dev/hugepages/");
}

static enum memory_kind kind_of(const struct memory_map *map)
{
    static const char *const of_kernel[] = {"[vdso]", "[vvar]", "[vvar_vclock]", "[vsyscall]", "[uprobes]"};

    if (map->shared && is_memory_file(map))
        return MEMORY_SHARED;
    if (memory_map_is_anonymous(map)) {
        for (size_t i = 0; i < sizeof of_kernel / sizeof *of_kernel; i++)
            if (strcmp(map->path, of_kernel[i]) == 0)
                return MEMORY_OTHER;
        return strcmp(map->path, "[stack]") == 0 ? MEMORY_STACKS : MEMORY_OWN;
    }
    return starts_with(map->path, "/dev/") && !starts_with(map->path, "/dev/shm/") ? MEMORY_OTHER : MEMORY_FILES;
}

/* ---- Sums ------------------------------------------------------------------------------------------------------------------ */

static int by_start(const void *a, const void *b)
{
    const struct memory_claim *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

/* Keeps it if it is among the largest. */
static void add_own(struct memory_usage *usage, const struct memory_map *map, uint64_t resident)
{
    static const char mark[] = "[anon:";
    struct own_mapping own = {.start = map->start, .end = map->end, .resident = resident};
    size_t at = usage->own_count;

    if (resident == 0)
        return;
    usage->own_total++;
    if (starts_with(map->path, mark))
        snprintf(own.name, sizeof own.name, "%.*s", (int)strcspn(map->path + sizeof mark - 1, "]"), map->path + sizeof mark - 1);
    if (at == OWN_MAPPINGS_KEPT && usage->own[at - 1].resident >= resident)
        return;
    if (at < OWN_MAPPINGS_KEPT)
        usage->own_count++;
    else
        at--;
    for (; at > 0 && usage->own[at - 1].resident < resident; at--)
        usage->own[at] = usage->own[at - 1];
    usage->own[at] = own;
}

/* Adds a mapping, cut at the claims in it. */
static void add_map(const struct memory_map *map, const struct resident_memory *resident, struct page_cursor *pages, size_t *next,
                    struct memory_usage *usage)
{
    const enum memory_kind kind = kind_of(map);
    uint64_t at = map->start, rest = 0;

    while (*next < resident->claim_count && resident->claims[*next].end <= map->start)
        ++*next;
    for (size_t i = *next; i < resident->claim_count && resident->claims[i].start < map->end; i++) {
        const struct memory_claim *claim = &resident->claims[i];
        const uint64_t start = claim->start > at ? claim->start : at, end = claim->end < map->end ? claim->end : map->end;
        if (start >= end)
            continue;
        rest += page_cursor_bytes(pages, at, start);
        usage->resident[claim->kind] += page_cursor_bytes(pages, start, end);
        at = end;
    }
    rest += page_cursor_bytes(pages, at, map->end);
    usage->resident[kind] += rest;
    if (kind == MEMORY_OWN)
        add_own(usage, map, rest);
}

void memory_usage_sum(const struct memory_maps *maps, struct resident_memory *resident, struct memory_usage *usage)
{
    struct page_cursor pages = {.pages = &resident->pages};
    uint64_t counted = 0;
    size_t next = 0;

    *usage = (struct memory_usage){.known = resident->known};
    if (!resident->known)
        return;
    if (resident->claim_count > 1)
        qsort(resident->claims, resident->claim_count, sizeof *resident->claims, by_start);
    usage->rss = resident->rss;
    usage->swapped = resident->swapped;
    usage->huge_pages = resident->huge_pages;
    usage->page_tables = resident->page_tables;
    for (size_t i = 0; i < maps->count; i++)
        if (!is_huge(&maps->maps[i]))
            add_map(&maps->maps[i], resident, &pages, &next, usage);
    for (size_t kind = 0; kind < MEMORY_KINDS; kind++)
        counted += usage->resident[kind];
    usage->uncounted = (int64_t)(usage->rss - counted);
}

void memory_usage_move(struct memory_usage *usage, enum memory_kind from, enum memory_kind to, uint64_t bytes)
{
    if (bytes > usage->resident[from])
        bytes = usage->resident[from];
    usage->resident[from] -= bytes;
    usage->resident[to] += bytes;
}

/* ---- What it means --------------------------------------------------------------------------------------------------------- */

uint64_t memory_usage_free(const struct memory_usage *usage)
{
    return usage->resident[MEMORY_CACHED] + usage->resident[MEMORY_FREE];
}

uint64_t memory_usage_live(const struct memory_usage *usage)
{
    return usage->resident[MEMORY_LIVE] + usage->resident[MEMORY_BLOCKS];
}

bool memory_usage_is_fragmented(const struct memory_usage *usage)
{
    const uint64_t free_bytes = memory_usage_free(usage);

    return usage->known && free_bytes >= FRAGMENTED_MIN && free_bytes >= memory_usage_live(usage) && free_bytes >= usage->rss / 3;
}
