/* SPDX-License-Identifier: MIT */
#include "module_history.h"

#include <stdlib.h>
#include <string.h>

#include "base/maps.h"
#include "base/xalloc.h"

static const uint32_t still_loaded = UINT32_MAX;

void module_history_copy(struct module_history *history, const struct module_history *original)
{
    *history = (struct module_history){0};
    for (size_t i = 0; i < original->count; i++) {
        history->modules = xgrow(history->modules, &history->capacity, i + 1, sizeof *history->modules);
        history->modules[i] = original->modules[i];
        history->modules[i].path = xstrdup(original->modules[i].path);
        history->count = i + 1;
    }
}

void module_history_finish(struct module_history *history)
{
    for (size_t i = 0; i < history->count; i++)
        free(history->modules[i].path);
    free(history->modules);
    *history = (struct module_history){0};
}

void module_history_add(struct module_history *history, struct module module, uint32_t generation)
{
    module.first_generation = generation;
    module.last_generation = still_loaded;
    history->modules = xgrow(history->modules, &history->capacity, history->count + 1, sizeof *history->modules);
    history->modules[history->count++] = module;
}

static bool is_in(const struct module *module, uint64_t start, uint64_t size)
{
    return module->last_generation == still_loaded && module->start < start + size && start < module->end;
}

bool module_history_overlaps(const struct module_history *history, uint64_t start, uint64_t size)
{
    for (size_t i = 0; i < history->count; i++)
        if (is_in(&history->modules[i], start, size))
            return true;
    return false;
}

void module_history_remove(struct module_history *history, uint64_t start, uint64_t size, uint32_t generation)
{
    for (size_t i = 0; i < history->count; i++)
        if (is_in(&history->modules[i], start, size))
            history->modules[i].last_generation = generation;
}

static const struct module *find_loaded(const struct module_history *history, uint64_t address)
{
    for (size_t i = 0; i < history->count; i++) {
        const struct module *module = &history->modules[i];
        if (module->last_generation == still_loaded && module->start <= address && address < module->end)
            return module;
    }
    return NULL;
}

static struct module module_of_map(const struct module_history *history, const struct memory_map *map)
{
    const struct module *known = find_loaded(history, map->start);

    return (struct module){
        .path = xstrdup(map->path),
        .start = map->start,
        .end = map->end,
        .file_offset = map->offset,
        .device = map->device,
        .inode = map->inode,
        .first_generation = known ? known->first_generation : 0,
        .last_generation = still_loaded,
    };
}

size_t module_history_merge(const struct module_history *history, const struct memory_maps *maps, struct module **modules)
{
    size_t count = 0;
    struct module *merged = xcalloc(history->count + maps->count, sizeof *merged);

    for (size_t i = 0; i < maps->count; i++)
        if (maps->maps[i].executable && maps->maps[i].inode != 0)
            merged[count++] = module_of_map(history, &maps->maps[i]);
    for (size_t i = 0; i < history->count; i++) {
        if (history->modules[i].last_generation == still_loaded)
            continue;
        merged[count] = history->modules[i];
        merged[count++].path = xstrdup(history->modules[i].path);
    }
    *modules = merged;
    return count;
}
