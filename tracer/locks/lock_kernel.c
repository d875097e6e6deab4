/* SPDX-License-Identifier: MIT */
#include "lock_kernel.h"

#include <linux/capability.h>

#include "base/maps.h"
#include "limits/kernel_files.h"
#include "limits/look.h"
#include "tracer/address_space.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"

/* ---- Our own --------------------------------------------------------------------------------------------------------------- */

static void add_range(struct lock_set *set, uint64_t start, uint64_t end)
{
    lock_set_add(set, &(struct lock_range){.start = lock_page_down(start), .end = lock_page_up(end), .way = LOCK_ALL});
}

void lock_kernel_own(const struct session *session, const struct memory_maps *maps, const struct ledger_contents *contents,
                     struct lock_set *own)
{
    for (size_t i = 0; session->shim.path && i < maps->count; i++)
        if (maps->maps[i].inode == session->shim.inode && maps->maps[i].device == session->shim.device)
            add_range(own, maps->maps[i].start, maps->maps[i].end);
    for (size_t i = 0; contents && i < contents->memory_count; i++)
        add_range(own, contents->memory[i].start, contents->memory[i].end);
}

/* ---- Looks ----------------------------------------------------------------------------------------------------------------- */

static void read_own(struct session *session, struct process *process, const struct memory_maps *maps, struct lock_set *own)
{
    struct ledger_contents contents;
    const bool found = ledger_find(&session->shim, process->space, maps, false, &contents) == 0;

    lock_kernel_own(session, maps, found ? &contents : NULL, own);
    if (found)
        ledger_contents_finish(&contents);
}

void lock_kernel_list(struct session *session, struct process *process, struct lock_set *ranges, bool *privileged)
{
    struct kernel_files files;
    struct process_look look = {0};
    struct lock_set own = {0};

    *privileged = false;
    if (kernel_files_open(&files) && process_look_read(&files, process->space->memory.tid, &look) == 0) {
        *privileged = process_look_capable(&look, CAP_IPC_LOCK);
        process_look_read_pages(&files, &look);
        for (size_t i = 0; i < look.each.maps.count; i++)
            if (look.each.mappings[i].locked)
                add_range(ranges, look.each.maps.maps[i].start, look.each.maps.maps[i].end);
        read_own(session, process, &look.each.maps, &own);
    }
    for (size_t i = 0; i < own.count; i++)
        lock_set_remove(ranges, own.ranges[i].start, own.ranges[i].end);
    lock_set_finish(&own);
    process_look_finish(&look);
    kernel_files_close(&files);
}

/* ---- Failures -------------------------------------------------------------------------------------------------------------- */

static uint64_t common(const struct memory_map *map, uint64_t start, uint64_t end)
{
    const uint64_t from = map->start > start ? map->start : start, to = map->end < end ? map->end : end;

    return from < to ? to - from : 0;
}

static void measure_request(const struct memory_maps *maps, struct lock_failure *failure)
{
    const uint64_t start = lock_page_down(failure->address), end = lock_page_up(failure->address + failure->size);
    uint64_t mapped = 0;

    if (end <= start || maps->count == 0)
        return;
    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        mapped += common(map, start, end);
        if (!map->readable && !map->writable && !map->executable)
            failure->no_access += common(map, start, end);
    }
    failure->unmapped = end - start - mapped;
    failure->size = end - start;
}

/* Of leakwatch's own memory, what counts: of mlockall all of it, else what is locked. */
static uint64_t own_bytes(struct session *session, struct process *process, const struct process_pages *pages, bool all)
{
    struct lock_set own = {0};
    uint64_t bytes = 0;

    read_own(session, process, &pages->maps, &own);
    for (size_t i = 0; i < pages->maps.count; i++)
        if (all || pages->mappings[i].locked)
            bytes += lock_set_overlap(&own, pages->maps.maps[i].start, pages->maps.maps[i].end);
    lock_set_finish(&own);
    return bytes;
}

void lock_kernel_explain(struct session *session, struct process *process, struct lock_failure *failure)
{
    const uint64_t raised = raised_limits_bytes(process, RAISED_MEMLOCK); /* for so much of ours */
    const bool has_range = failure->call == LOCK_CALL_MLOCK || failure->call == LOCK_CALL_MUNLOCK;
    struct kernel_files files;
    struct process_look look = {0};

    if (kernel_files_open(&files) && process_look_read(&files, process->space->memory.tid, &look) == 0) {
        process_look_read_pages(&files, &look);
        failure->total = known_minus(look.status.size, known_value(raised));
        raised_limits_subtract(process, &look);
        failure->limit = look.limits.locked;
        failure->locked = look.status.locked;
        failure->privileged = process_look_capable(&look, CAP_IPC_LOCK);
        const uint64_t own = own_bytes(session, process, &look.each, failure->call == LOCK_CALL_MLOCKALL);
        failure->own = own > raised ? own - raised : 0;
    }
    if (has_range) {
        measure_request(&look.each.maps, failure);
        failure->already = lock_set_overlap(&process->space->locks.locked, lock_page_down(failure->address),
                                            lock_page_down(failure->address) + failure->size);
    }
    process_look_finish(&look);
    kernel_files_close(&files);
}

/* ---- Single addresses ------------------------------------------------------------------------------------------------------ */

uint64_t lock_kernel_locked_until(const struct process *process, uint64_t address)
{
    struct kernel_files files;
    struct process_pages pages = {0};
    uint64_t until = address;

    if (kernel_files_open(&files) && process_pages_read(&files, process->space->memory.tid, &pages) == 0)
        for (size_t i = 0; i < pages.maps.count; i++) {
            const struct memory_map *map = &pages.maps.maps[i];
            if (map->start <= until && map->end > until && pages.mappings[i].locked)
                until = map->end;
        }
    process_pages_finish(&pages);
    kernel_files_close(&files);
    return until;
}

void lock_kernel_mapped(const struct process *process, uint64_t start, uint64_t end, struct lock_set *ranges)
{
    struct memory_maps maps;

    if (tracee_memory_maps(&process->space->memory, &maps) != 0)
        return;
    for (size_t i = 0; i < maps.count; i++)
        if (common(&maps.maps[i], start, end) > 0)
            add_range(ranges, maps.maps[i].start > start ? maps.maps[i].start : start,
                      maps.maps[i].end < end ? maps.maps[i].end : end);
    memory_maps_finish(&maps);
}

/* The last mapping that begins at the address or before it and the first behind; either may not be there. */
struct neighbours {
    uint64_t end, next;
    uint64_t until; /* of mappings without a gap from the address on */
};

static struct neighbours find_neighbours(const struct process *process, uint64_t address)
{
    struct neighbours found = {.end = address, .next = UINT64_MAX, .until = address};
    struct memory_maps maps;

    if (tracee_memory_maps(&process->space->memory, &maps) != 0) {
        found.next = address;
        return found;
    }
    for (size_t i = 0; i < maps.count; i++) {
        const struct memory_map *map = &maps.maps[i];
        if (map->start <= address && map->end > address)
            found.end = map->end;
        if (map->start <= found.until && map->end > found.until)
            found.until = map->end;
        if (map->start > address && map->start < found.next)
            found.next = map->start;
    }
    memory_maps_finish(&maps);
    return found;
}

uint64_t lock_kernel_mapped_until(const struct process *process, uint64_t address)
{
    return find_neighbours(process, address).until;
}

uint64_t lock_kernel_mapping_end(const struct process *process, uint64_t address)
{
    return find_neighbours(process, address).end;
}

uint64_t lock_kernel_next_mapping(const struct process *process, uint64_t address)
{
    return find_neighbours(process, address).next;
}
