/* SPDX-License-Identifier: MIT */
#include "libc_facts.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "elf/elf_image.h"
#include "module_files.h"

static struct libc_facts read_facts(pid_t tid, const struct memory_map *map)
{
    struct libc_facts facts = {.device = map->device, .inode = map->inode};
    uint64_t start, size;

    int file = module_file_open(tid, map);
    if (file < 0)
        return facts;
    if (elf_image_symbol(file, "exit", &start, &size) == 0) {
        facts.exit_start = start;
        facts.exit_end = start + size;
    }
    if (elf_image_symbol(file, "_exit", &start, &size) == 0)
        facts.end = start;
    if (elf_image_symbol(file, "_thread_db_sizeof_pthread", &start, &size) == 0)
        facts.pthread_size = start;
    close(file);
    return facts;
}

struct libc_facts libc_cache_get(struct libc_cache *cache, pid_t tid, const struct memory_map *map)
{
    for (size_t i = 0; i < cache->count; i++)
        if (cache->facts[i].device == map->device && cache->facts[i].inode == map->inode)
            return cache->facts[i];
    cache->facts = xgrow(cache->facts, &cache->capacity, cache->count + 1, sizeof *cache->facts);
    cache->facts[cache->count] = read_facts(tid, map);
    return cache->facts[cache->count++];
}

void libc_cache_finish(struct libc_cache *cache)
{
    free(cache->facts);
    *cache = (struct libc_cache){0};
}
