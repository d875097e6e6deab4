/* SPDX-License-Identifier: MIT
 * Any bytes as the text of /proc/PID/maps: every mapping that comes out is well-formed, and can be found. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_map(const struct memory_maps *maps, size_t index)
{
    const struct memory_map *map = &maps->maps[index];
    if (map->start >= map->end || (index > 0 && map[-1].end > map->start))
        abort();
    if (memory_maps_find(maps, map->start) != map || memory_maps_find(maps, map->end - 1) != map)
        abort();
    if (strlen(memory_map_file_name(map)) > strlen(map->path))
        abort();
    memory_map_is_anonymous(map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of exact size and without a NUL behind it, so that the sanitizer sees each byte read too far. */
    char *text = malloc(size ? size : 1);
    struct memory_maps maps;
    memcpy(text, data, size);
    size_t left_out = memory_maps_parse(text, size, &maps);
    free(text);
    if (left_out + maps.count > size + 1)
        abort();
    for (size_t i = 0; i < maps.count; i++)
        check_map(&maps, i);
    memory_maps_finish(&maps);
    return 0;
}
