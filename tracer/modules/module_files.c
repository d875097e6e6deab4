/* SPDX-License-Identifier: MIT */
#include "module_files.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "base/mapped_files.h"
#include "base/maps.h"
#include "tracer/kernel/file_rights.h"

int module_file_open(pid_t tid, const struct memory_map *map)
{
    const struct mapped_file file = {map->path, map->device, map->inode}, any = {.path = map->path};
    char path[PATH_MAX + 64];

    /* What this leads to is what is mapped, whatever numbers its file system shows. */
    snprintf(path, sizeof path, "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)tid, map->start, map->end);
    int descriptor = mapped_file_open(path, &any);
    if (descriptor < 0) {
        snprintf(path, sizeof path, "/proc/%d/root%s", (int)tid, map->path);
        const struct file_rights ours = file_rights_take(tid);
        descriptor = mapped_file_open(path, &file);
        file_rights_return(&ours);
    }
    if (descriptor < 0) {
        snprintf(path, sizeof path, "/proc/%d/exe", (int)tid);
        descriptor = mapped_file_open(path, &file);
    }
    return descriptor;
}

int module_file_open_program(pid_t pid)
{
    char link[64];

    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    return mapped_file_open(link, &(struct mapped_file){.path = link});
}

void module_files_hold(struct mapped_files *files, pid_t tid, const struct memory_maps *maps)
{
    for (size_t i = 0; files && i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (!map->executable || map->path[0] != '/' || !mapped_files_wants(files, map->device, map->inode))
            continue;
        const int descriptor = module_file_open(tid, map);
        if (descriptor >= 0)
            mapped_files_add(files, map->device, map->inode, descriptor);
    }
}

void module_files_hold_one(struct mapped_files *files, const char *link, const struct module *module)
{
    const struct mapped_file file = {module->path, module->device, module->inode};

    if (!files || !mapped_files_wants(files, file.device, file.inode))
        return;
    const int descriptor = mapped_file_open(link, &file);
    if (descriptor >= 0)
        mapped_files_add(files, file.device, file.inode, descriptor);
}
