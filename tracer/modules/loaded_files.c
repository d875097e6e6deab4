/* SPDX-License-Identifier: MIT */
#include "loaded_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static bool is_same_file(const struct memory_map *left, const struct memory_map *right)
{
    return left->inode == right->inode && left->device == right->device;
}

/* Files with code are few, whatever else is mapped. */
struct code_maps {
    const struct memory_map **maps; /* one of each file */
    size_t count;
};

static bool has_code(const struct code_maps *code, const struct memory_map *map)
{
    for (size_t i = 0; i < code->count; i++)
        if (is_same_file(code->maps[i], map))
            return true;
    return false;
}

static void find_code(const struct memory_maps *maps, struct code_maps *code)
{
    *code = (struct code_maps){.maps = xcalloc(maps->count, sizeof *code->maps)};
    for (size_t i = 0; i < maps->count; i++)
        if (maps->maps[i].executable && maps->maps[i].inode != 0 && !has_code(code, &maps->maps[i]))
            code->maps[code->count++] = &maps->maps[i];
}

/* Behind the writable data of a file is what it has no bytes for. */
static bool is_bss(const struct memory_map *before, const struct memory_map *map)
{
    return before->end == map->start && before->inode != 0 && before->writable && !before->shared && map->writable &&
           memory_map_is_anonymous(map) && (map->path[0] == '\0' || strcmp(map->path, "[anon:.bss]") == 0);
}

static void add(struct loaded_file **files, size_t *count, const struct memory_map *map, const char *path)
{
    struct loaded_file *last = *count > 0 ? &(*files)[*count - 1] : NULL;

    if (last && last->end == map->start && strcmp(last->path, path) == 0)
        last->end = map->end;
    else
        (*files)[(*count)++] = (struct loaded_file){map->start, map->end, xstrdup(path)};
}

size_t loaded_files_list(const struct memory_maps *maps, struct loaded_file **files)
{
    struct code_maps code;
    size_t count = 0;
    bool loaded = false; /* the mapping before is of a loaded file */

    find_code(maps, &code);
    *files = xcalloc(maps->count, sizeof **files);
    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (loaded && is_bss(map - 1, map)) {
            add(files, &count, map, map[-1].path);
            loaded = false;
            continue;
        }
        loaded = map->inode != 0 && map->readable && has_code(&code, map);
        if (loaded)
            add(files, &count, map, map->path);
    }
    free(code.maps);
    return count;
}
