/* SPDX-License-Identifier: MIT */
#include "resident_pages.h"

#include <errno.h>

#include "tracer/kernel/proc_status.h"
#include "tracer/modules/loaded_object.h"

static uint64_t status_bytes(pid_t tid, const char *field)
{
    const long kibibytes = proc_status_number(tid, field, 0);
    return kibibytes > 0 ? (uint64_t)kibibytes * 1024 : 0;
}

/* .bss is anonymous memory, which may have become one mapping with whatever lies next to it. */
static void claim_data(const struct memory_view *memory, const struct memory_maps *maps, struct resident_memory *resident)
{
    struct loaded_object object;

    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (map->inode != 0 && map->offset == 0 && map->readable && !map->shared && loaded_object_read(memory, map->start, &object))
            resident_memory_claim(resident, object.data.start, object.data.end, MEMORY_FILES);
    }
}

int resident_pages_read(struct tracee_memory *memory, const struct memory_maps *maps, struct resident_memory *resident)
{
    const struct memory_view view = tracee_memory_view(memory);
    const long rss = proc_status_number(memory->tid, "VmRSS", -1);

    *resident = (struct resident_memory){0};
    if (rss < 0)
        return -ESRCH;
    const int error = pagemap_resident(&memory->pagemap, maps, &resident->pages);
    if (error)
        return error;
    resident->known = true;
    resident->rss = (uint64_t)rss * 1024;
    resident->swapped = status_bytes(memory->tid, "VmSwap");
    resident->huge_pages = status_bytes(memory->tid, "HugetlbPages");
    resident->page_tables = status_bytes(memory->tid, "VmPTE");
    claim_data(&view, maps, resident);
    return 0;
}
