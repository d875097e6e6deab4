/* SPDX-License-Identifier: MIT */
#include "page_owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "process_pages.h"

enum { ARENA_SIZE = 64 << 20, GUARD_MAX = 1 << 20 };

/* ---- Kinds ---- */

static bool no_access(const struct memory_map *map)
{
    return !map->readable && !map->writable && !map->executable && memory_map_is_anonymous(map);
}

static bool is_arena(const struct memory_maps *maps, size_t index)
{
    const struct memory_map *map = &maps->maps[index];
    const struct memory_map *next = index + 1 < maps->count ? map + 1 : NULL;

    if (map->start % ARENA_SIZE != 0 || map->end - map->start > ARENA_SIZE)
        return false;
    if (map->end - map->start == ARENA_SIZE)
        return true;
    return next && no_access(next) && next->start == map->end && next->end == map->start + ARENA_SIZE;
}

static bool is_thread_stack(const struct memory_maps *maps, size_t index)
{
    const struct memory_map *map = &maps->maps[index];
    const struct memory_map *guard = index > 0 ? map - 1 : NULL;

    return guard && no_access(guard) && guard->end == map->start && guard->end - guard->start <= GUARD_MAX;
}

enum owner_kind page_owner_kind(const struct memory_maps *maps, size_t index)
{
    const struct memory_map *map = &maps->maps[index];

    if (strcmp(map->path, "[heap]") == 0)
        return OWNER_HEAP;
    if (strcmp(map->path, "[stack]") == 0)
        return OWNER_STACK;
    if (strncmp(map->path, "[v", 2) == 0)
        return OWNER_KERNEL; /* [vdso], [vvar], [vvar_vclock], [vsyscall] */
    if (map->shared && (map->deleted || map->inode == 0 || strncmp(map->path, "/dev/shm/", 9) == 0))
        return OWNER_SHARED; /* System V, POSIX, memfd, MAP_SHARED without a file */
    if (!memory_map_is_anonymous(map))
        return OWNER_FILE;
    if (map->path[0] == '\0' && map->readable && map->writable) {
        if (is_arena(maps, index))
            return OWNER_ARENA;
        if (is_thread_stack(maps, index))
            return OWNER_THREAD_STACK;
    }
    return OWNER_MAPPING;
}

/* ---- Sums ---- */

static void add(struct known *sum, struct known number)
{
    if (number.known)
        *sum = known_plus(known_value(sum->value), number);
}

/* All members of page_counts are numbers. */
static void add_pages(struct page_counts *sum, const struct page_counts *pages)
{
    struct known *to = (struct known *)sum;
    const struct known *from = (const struct known *)pages;

    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        add(&to[i], from[i]);
}

/* The name by which mappings of one kind are told apart. */
static const char *owner_name(enum owner_kind kind, const struct memory_map *map)
{
    bool named = kind == OWNER_FILE || kind == OWNER_SHARED || kind == OWNER_MAPPING;

    return named ? map->path : "";
}

struct owner_key {
    const struct page_owners *owners;
    enum owner_kind kind;
    const char *name;
};

/* Entries are indices, counted from 1: the array moves as it grows. */
static bool is_owner(const void *entry, const void *key)
{
    const struct owner_key *wanted = key;
    const struct page_owner *owner = &wanted->owners->items[(uintptr_t)entry - 1];

    return owner->kind == wanted->kind && strcmp(owner->name ? owner->name : "", wanted->name) == 0;
}

static uint64_t hash_key(const struct owner_key *key)
{
    return hash_mix(hash_bytes(key->name, strlen(key->name)), key->kind);
}

static struct page_owner *find_owner(const struct hash_table *table, const struct owner_key *key)
{
    uintptr_t entry = (uintptr_t)hash_table_find(table, hash_key(key), is_owner, key);

    return entry ? &key->owners->items[entry - 1] : NULL;
}

static struct page_owner *add_owner(struct page_owners *owners, size_t *capacity, struct hash_table *table,
                                    const struct owner_key *key)
{
    owners->items = xgrow(owners->items, capacity, owners->count + 1, sizeof *owners->items);
    owners->items[owners->count++] = (struct page_owner){.kind = key->kind, .name = *key->name ? xstrdup(key->name) : NULL};
    hash_table_add(table, hash_key(key), (void *)(uintptr_t)owners->count);
    return &owners->items[owners->count - 1];
}

static uint64_t weight(const struct page_owner *owner)
{
    return owner->pages.resident.value + owner->pages.swapped.value;
}

static int compare_weight(const void *a, const void *b)
{
    const struct page_owner *left = a, *right = b;

    if (weight(left) != weight(right))
        return weight(left) < weight(right) ? 1 : -1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return strcmp(left->name ? left->name : "", right->name ? right->name : "");
}

void page_owners_make(const struct process_pages *pages, struct page_owners *owners)
{
    struct hash_table table = {0};
    size_t capacity = 0;

    *owners = (struct page_owners){.skipped = pages->skipped};
    for (size_t i = 0; i < pages->maps.count; i++) {
        const struct memory_map *map = &pages->maps.maps[i];
        enum owner_kind kind = page_owner_kind(&pages->maps, i);
        struct owner_key key = {owners, kind, owner_name(kind, map)};
        struct page_owner *owner = find_owner(&table, &key);
        if (owner == NULL)
            owner = add_owner(owners, &capacity, &table, &key);
        owner->mappings++;
        owner->size += map->end - map->start;
        add_pages(&owner->pages, &pages->mappings[i].pages);
    }
    hash_table_finish(&table);
    if (owners->count > 0)
        qsort(owners->items, owners->count, sizeof *owners->items, compare_weight);
}

void page_mappings_make(const struct process_pages *pages, struct page_mappings *mappings)
{
    mappings->count = pages->maps.count;
    mappings->items = xcalloc(mappings->count, sizeof *mappings->items);
    for (size_t i = 0; i < mappings->count; i++) {
        const struct memory_map *map = &pages->maps.maps[i];
        mappings->items[i] = (struct page_mapping){
            .start = map->start,
            .end = map->end,
            .name = *map->path ? xstrdup(map->path) : NULL,
            .owner = page_owner_kind(&pages->maps, i),
            .pages = pages->mappings[i].pages,
        };
        snprintf(mappings->items[i].permissions, sizeof mappings->items[i].permissions, "%c%c%c%c", map->readable ? 'r' : '-',
                 map->writable ? 'w' : '-', map->executable ? 'x' : '-', map->shared ? 's' : 'p');
    }
}

/* ---- Growth ---- */

static int64_t difference(struct known now, struct known then)
{
    return now.known ? (int64_t)(now.value - then.value) : 0;
}

void page_owners_compare(const struct page_owners *then, struct page_owners *now)
{
    static const struct page_owner nothing;
    struct hash_table table = {0};

    for (size_t i = 0; i < then->count; i++) {
        struct owner_key key = {then, then->items[i].kind, then->items[i].name ? then->items[i].name : ""};
        hash_table_add(&table, hash_key(&key), (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < now->count; i++) {
        struct page_owner *owner = &now->items[i];
        struct owner_key key = {then, owner->kind, owner->name ? owner->name : ""};
        const struct page_owner *before = find_owner(&table, &key);
        if (before == NULL)
            before = &nothing;
        owner->resident_growth = difference(owner->pages.resident, before->pages.resident);
        owner->anonymous_growth = difference(owner->pages.anonymous, before->pages.anonymous);
        owner->swapped_growth = difference(owner->pages.swapped, before->pages.swapped);
    }
    hash_table_finish(&table);
}

static bool same_mapping(const struct page_mapping *a, const struct page_mapping *b)
{
    return a->start == b->start && strcmp(a->permissions, b->permissions) == 0 &&
           strcmp(a->name ? a->name : "", b->name ? b->name : "") == 0;
}

void page_mappings_compare(const struct page_mappings *then, struct page_mappings *now)
{
    size_t before = 0;

    for (size_t i = 0; i < now->count; i++) {
        struct page_mapping *mapping = &now->items[i];
        while (before < then->count && then->items[before].start < mapping->start)
            before++;
        bool same = before < then->count && same_mapping(&then->items[before], mapping);
        mapping->resident_growth =
            difference(mapping->pages.resident, same ? then->items[before].pages.resident : (struct known){0});
    }
}

/* ---- What sums mean ---- */

/* Pages that are anonymous and not private are shared with relatives by fork(). */
struct known page_counts_copy_exposure(const struct page_counts *pages)
{
    if (!pages->anonymous.known || !pages->private_dirty.known || !pages->private_clean.known)
        return (struct known){0};
    struct known shared = known_plus(pages->shared_dirty, pages->shared_clean);
    struct known not_private = known_minus(pages->anonymous, pages->private_dirty);
    return known_least(shared, not_private);
}

struct known page_counts_unique(const struct page_counts *pages)
{
    return known_plus(known_plus(pages->private_clean, pages->private_dirty), known_value(pages->private_hugetlb.value));
}
