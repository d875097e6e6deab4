/* SPDX-License-Identifier: MIT */
#include "block_groups.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"

enum {
    HEAD = 32,            /* bytes of a block that are looked at */
    WINDOW = 1 << 20,     /* bytes read at once: blocks lie close together */
    TEXT_MIN = 4,         /* characters that look like text by chance are fewer */
    NAME_MAX = 1024,      /* of a mangled name */
    EXACT_MAX = 4096,     /* larger blocks go by powers of two */
    SITES_MAX = 1 << 20,  /* what comes after so many groups goes by size */
    PLACES_MAX = 1 << 16, /* likewise after so many places that first words point to: each is to be named */
};

/* A group, found by what its blocks have in common. */
struct group {
    uint64_t kind, value;
    uint32_t site;
};

struct grouping {
    struct snapshot *snapshot;
    struct hash_table groups;
    size_t site_capacity, place_count;
    char *window;
    uint64_t window_start;
    size_t window_size;
};

enum group_kind { GROUP_POINTER, GROUP_TEXT, GROUP_SIZE, GROUP_LARGE };

/* ---- Groups ---------------------------------------------------------------------------------------------------------------- */

static bool is_group(const void *entry, const void *key)
{
    const struct group *left = entry, *right = key;

    return left->kind == right->kind && left->value == right->value;
}

static uint64_t hash_of(enum group_kind kind, uint64_t value)
{
    return hash_mix(kind, value);
}

static struct group *find_group(const struct grouping *grouping, enum group_kind kind, uint64_t value)
{
    const struct group key = {.kind = kind, .value = value};

    return hash_table_find(&grouping->groups, hash_of(kind, value), is_group, &key);
}

/* Without a site: such blocks are told apart in another way. */
static struct group *add_group(struct grouping *grouping, enum group_kind kind, uint64_t value)
{
    struct group *group = xmalloc(sizeof *group);

    *group = (struct group){.kind = kind, .value = value};
    hash_table_add(&grouping->groups, hash_of(kind, value), group);
    return group;
}

/* What the site owns is taken over. */
static void give_site(struct grouping *grouping, struct group *group, struct heap_site site)
{
    struct snapshot *snapshot = grouping->snapshot;

    snapshot->sites = xgrow(snapshot->sites, &grouping->site_capacity, snapshot->site_count + 1, sizeof *snapshot->sites);
    snapshot->sites[snapshot->site_count] = site;
    group->site = (uint32_t)snapshot->site_count++;
}

/* `content` is taken over. */
static struct group *add_group_of(struct grouping *grouping, enum group_kind kind, uint64_t value, char *content)
{
    struct group *group = add_group(grouping, kind, value);

    give_site(grouping, group, (struct heap_site){.content = content});
    return group;
}

/* ---- Sizes and text -------------------------------------------------------------------------------------------------------- */

static uint32_t site_of_size(struct grouping *grouping, uint64_t size)
{
    const bool large = size > EXACT_MAX;
    const uint64_t value = large ? 63 - (unsigned)__builtin_clzll(size) : size;
    const enum group_kind kind = large ? GROUP_LARGE : GROUP_SIZE;
    struct group *group = find_group(grouping, kind, value);

    if (!group)
        group = add_group_of(
            grouping, kind, value,
            large ? xasprintf("blocks of %" PRIu64 " KiB and more, less than twice as much", (UINT64_C(1) << value) >> 10)
                  : xasprintf("blocks of %" PRIu64 " bytes", size));
    return group->site;
}

static bool is_text(const unsigned char *head, size_t size)
{
    size_t length = 0;

    while (length < size && (isprint(head[length]) || head[length] == '\n' || head[length] == '\t' || head[length] >= 0xc2))
        length++;
    return length >= TEXT_MIN && (length == size || head[length] == '\0');
}

static uint32_t site_of_text(struct grouping *grouping)
{
    struct group *group = find_group(grouping, GROUP_TEXT, 0);

    if (!group)
        group = add_group_of(grouping, GROUP_TEXT, 0, xstrdup("text"));
    return group->site;
}

/* ---- C++ types ------------------------------------------------------------------------------------------------------------- */

static bool is_in_file(const struct snapshot *snapshot, uint64_t address)
{
    return code_range_find(snapshot->file_mapped, snapshot->file_mapped_count, address) != NULL;
}

static bool read_word(const struct snapshot *snapshot, uint64_t address, uint64_t *word)
{
    return is_in_file(snapshot, address) && memory_read(&snapshot->memory, address, word, sizeof *word) == sizeof *word;
}

/* "_ZTS" and a name as the C++ ABI has it: N4core6ConfigE, 6Config, St13runtime_error. */
static char *read_type_name(const struct snapshot *snapshot, uint64_t address)
{
    char name[NAME_MAX];

    if (!is_in_file(snapshot, address))
        return NULL;
    size_t size = memory_read(&snapshot->memory, address, name, sizeof name);
    if (size > 0 && name[0] == '*') /* a type that is compared by address alone */
        memmove(name, name + 1, --size);
    const size_t length = strnlen(name, size);
    if (length == 0 || length == size)
        return NULL;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)name[i]) && name[i] != '_')
            return NULL;
    return isdigit((unsigned char)name[0]) || name[0] == 'N' || name[0] == 'S' ? xasprintf("_ZTS%s", name) : NULL;
}

/* In front of what an object's first word points to is where its type is described, and in front of that by how much the object is
 * a part of a larger one; a description has its name as second word (Itanium C++ ABI, 2.5.2, 2.9.5). */
static char *type_of_vtable(const struct snapshot *snapshot, uint64_t vtable)
{
    enum { OFFSET_MAX = 1 << 24 };
    uint64_t offset, description, name;

    if (vtable % sizeof vtable != 0 || !read_word(snapshot, vtable - 16, &offset) || !read_word(snapshot, vtable - 8, &description))
        return NULL;
    if ((int64_t)offset > 0 || (int64_t)offset < -OFFSET_MAX || !read_word(snapshot, description + 8, &name))
        return NULL;
    return read_type_name(snapshot, name);
}

/* ---- Places in files ------------------------------------------------------------------------------------------------------- */

/* In the C library's data are the heads of the allocator's lists: a block that was once free still points there, which tells
 * nothing about the block. */
static bool is_telling(const struct snapshot *snapshot, uint64_t address)
{
    const struct memory_region *region = snapshot_region(snapshot, address);

    return !(region && region->kind == REGION_LIBC_DATA) && snapshot_loaded_file(snapshot, address) != NULL;
}

static struct group *add_group_of_pointer(struct grouping *grouping, uint64_t address)
{
    struct group *group = add_group(grouping, GROUP_POINTER, address);
    char *type = type_of_vtable(grouping->snapshot, address);

    if (type) {
        give_site(grouping, group, (struct heap_site){.content = type});
    } else if (grouping->place_count < PLACES_MAX && is_telling(grouping->snapshot, address)) {
        give_site(grouping, group, (struct heap_site){.points_to = address});
        grouping->place_count++;
    }
    return group;
}

/* Of a block with this first word; 0: it points into no file, or tells nothing. */
static uint32_t site_of_pointer(struct grouping *grouping, uint64_t word)
{
    struct group *group;

    if (!is_in_file(grouping->snapshot, word))
        return 0;
    group = find_group(grouping, GROUP_POINTER, word);
    if (!group && grouping->groups.count < SITES_MAX)
        group = add_group_of_pointer(grouping, word);
    return group ? group->site : 0;
}

/* ---- Blocks ---------------------------------------------------------------------------------------------------------------- */

/* Returns how many bytes of the block's beginning are at `*head`. */
static size_t read_head(struct grouping *grouping, const struct heap_block *block, const char **head)
{
    const size_t wanted = block->size < HEAD ? (size_t)block->size : HEAD;

    if (block->address < grouping->window_start || block->address + wanted > grouping->window_start + grouping->window_size) {
        grouping->window_start = block->address;
        grouping->window_size = memory_read(&grouping->snapshot->memory, block->address, grouping->window, WINDOW);
    }
    *head = grouping->window + (block->address - grouping->window_start);
    return grouping->window_size < wanted ? grouping->window_size : wanted;
}

static uint32_t site_of_block(struct grouping *grouping, const struct heap_block *block)
{
    const char *head;
    const size_t size = read_head(grouping, block, &head);
    uint64_t word = 0;
    uint32_t site = 0;

    if (size >= sizeof word) {
        memcpy(&word, head, sizeof word);
        site = site_of_pointer(grouping, word);
    }
    if (site == 0 && is_text((const unsigned char *)head, size))
        site = site_of_text(grouping);
    return site ? site : site_of_size(grouping, block->size);
}

void block_groups_make(struct snapshot *snapshot)
{
    struct grouping grouping = {.snapshot = snapshot, .window = xmalloc(WINDOW), .site_capacity = snapshot->site_count};

    for (size_t i = 0; i < snapshot->block_count; i++)
        if (snapshot->blocks[i].site == 0)
            snapshot->blocks[i].site = site_of_block(&grouping, &snapshot->blocks[i]) & 0xffffff;
    for (size_t i = 0; i < grouping.groups.capacity; i++)
        free(grouping.groups.slots[i].entry);
    hash_table_finish(&grouping.groups);
    free(grouping.window);
}
