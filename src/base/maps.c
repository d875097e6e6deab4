/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "xalloc.h"

struct cursor {
    const char *at, *end;
};

static bool take_hex(struct cursor *cursor, char terminator, uint64_t *value)
{
    const char *start = cursor->at;
    uint64_t result = 0;

    for (; cursor->at < cursor->end; cursor->at++) {
        char c = *cursor->at;
        unsigned digit;
        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a') + 10;
        else
            break;
        if (result >> 60)
            return false;
        result = result << 4 | digit;
    }
    if (cursor->at == start || cursor->at == cursor->end || *cursor->at != terminator)
        return false;
    cursor->at++;
    *value = result;
    return true;
}

/* The inode is the last field of a line without a path, so that the line's end may follow it. */
static bool take_inode(struct cursor *cursor, uint64_t *value)
{
    const char *start = cursor->at;
    uint64_t result = 0;

    for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++)
        if (__builtin_mul_overflow(result, 10, &result) || __builtin_add_overflow(result, (uint64_t)(*cursor->at - '0'), &result))
            return false;
    *value = result;
    return cursor->at > start && (cursor->at == cursor->end || *cursor->at == ' ');
}

static bool take_permissions(struct cursor *cursor, struct memory_map *map)
{
    const char *flags = cursor->at;

    if (cursor->end - cursor->at < 5 || flags[4] != ' ')
        return false;
    map->readable = flags[0] == 'r';
    map->writable = flags[1] == 'w';
    map->executable = flags[2] == 'x';
    map->shared = flags[3] == 's';
    cursor->at += 5;
    return true;
}

/* The kernel writes a newline within a name as "\012" and nothing else so; the result is never longer than the source. */
static size_t unescape(char *to, const char *from, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        if (size - i >= 4 && memcmp(from + i, "\\012", 4) == 0) {
            to[used++] = '\n';
            i += 3;
        } else {
            to[used++] = from[i];
        }
    }
    return used;
}

/* Copies the rest of the line to `name`, NUL-terminated; returns the bytes used. */
static size_t take_path(struct cursor *cursor, struct memory_map *map, char *name)
{
    static const char deleted[] = " (deleted)";
    const size_t mark = sizeof deleted - 1;

    while (cursor->at < cursor->end && *cursor->at == ' ')
        cursor->at++;
    size_t length = unescape(name, cursor->at, (size_t)(cursor->end - cursor->at));
    if (map->inode != 0 && length > mark && memcmp(name + length - mark, deleted, mark) == 0) {
        map->deleted = true;
        length -= mark;
    }
    name[length] = '\0';
    map->path = name;
    return length + 1;
}

static bool take_line(struct cursor *cursor, struct memory_map *map)
{
    uint64_t major_number, minor_number;

    *map = (struct memory_map){0};
    if (!take_hex(cursor, '-', &map->start) || !take_hex(cursor, ' ', &map->end) || map->start >= map->end ||
        !take_permissions(cursor, map) || !take_hex(cursor, ' ', &map->offset) || !take_hex(cursor, ':', &major_number) ||
        !take_hex(cursor, ' ', &minor_number) || !take_inode(cursor, &map->inode))
        return false;
    map->device = makedev((unsigned)major_number, (unsigned)minor_number);
    return true;
}

size_t memory_maps_parse(const char *text, size_t size, struct memory_maps *maps)
{
    size_t capacity = 0, skipped = 0;
    char *names = xmalloc(size + 1); /* each line's name and NUL replace at least the name and the newline */
    const char *end = text + size;

    *maps = (struct memory_maps){.text = names};
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        struct cursor cursor = {text, newline ? newline : end};
        struct memory_map map;
        if (take_line(&cursor, &map) && (maps->count == 0 || map.start >= maps->maps[maps->count - 1].end)) {
            names += take_path(&cursor, &map, names);
            maps->maps = xgrow(maps->maps, &capacity, maps->count + 1, sizeof *maps->maps);
            maps->maps[maps->count++] = map;
        } else {
            skipped++;
        }
        text = newline ? newline + 1 : end;
    }
    return skipped;
}

void memory_maps_finish(struct memory_maps *maps)
{
    free(maps->maps);
    free(maps->text);
    *maps = (struct memory_maps){0};
}

const struct memory_map *memory_maps_find(const struct memory_maps *maps, uint64_t address)
{
    size_t low = 0, high = maps->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (maps->maps[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < maps->count && maps->maps[low].start <= address ? &maps->maps[low] : NULL;
}

const char *memory_map_file_name(const struct memory_map *map)
{
    const char *slash = strrchr(map->path, '/');
    return slash ? slash + 1 : map->path;
}

bool memory_map_is_anonymous(const struct memory_map *map)
{
    return !map->shared && (map->inode == 0 || strcmp(map->path, "/dev/zero") == 0);
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool memory_map_is_device(const struct memory_map *map)
{
    return starts_with(map->path, "/dev/") && !starts_with(map->path, "/dev/shm/") && strcmp(map->path, "/dev/zero") != 0;
}

/* It lies in front of the data that stay writable, and is of the same file. */
static bool is_protected_data(const struct memory_maps *maps, size_t number)
{
    const struct memory_map *map = &maps->maps[number], *next = map + 1;

    return number + 1 < maps->count && !map->writable && !map->executable && !map->shared && map->inode != 0 &&
           next->start == map->end && next->writable && next->inode == map->inode && next->device == map->device;
}

bool memory_maps_hold_data(const struct memory_maps *maps, size_t number)
{
    const struct memory_map *map = &maps->maps[number];

    return map->readable && !memory_map_is_device(map) && (map->writable || is_protected_data(maps, number));
}
