/* SPDX-License-Identifier: MIT */
#include "unwinder.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/maps.h"
#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/modules/module_files.h"
#include "tracer/process_table.h"
#include "tracer/tracee.h"
#include "stack_walk.h"

/* ---- Files ----------------------------------------------------------------------------------------------------------------- */

void unwinder_finish(struct unwinder *unwinder)
{
    for (size_t i = 0; i < unwinder->count; i++)
        unwind_table_destroy(unwinder->files[i].table);
    free(unwinder->files);
    *unwinder = (struct unwinder){0};
}

static struct unwind_table *load(pid_t tid, const struct memory_map *map)
{
    const int fd = module_file_open(tid, map);

    if (fd < 0)
        return NULL;
    struct unwind_table *table = unwind_table_load(fd);
    close(fd);
    return table;
}

static struct unwind_table *table_of(struct unwinder *unwinder, pid_t tid, const struct memory_map *map)
{
    if (map->inode == 0 || map->path[0] != '/')
        return NULL;
    for (size_t i = 0; i < unwinder->count; i++)
        if (unwinder->files[i].inode == map->inode && unwinder->files[i].device == map->device)
            return unwinder->files[i].table;
    unwinder->files = xgrow(unwinder->files, &unwinder->capacity, unwinder->count + 1, sizeof *unwinder->files);
    struct unwind_file *file = &unwinder->files[unwinder->count++];
    *file = (struct unwind_file){map->device, map->inode, load(tid, map)};
    return file->table;
}

/* ---- Mappings -------------------------------------------------------------------------------------------------------------- */

static void forget_regions(struct code_map *map)
{
    for (size_t i = 0; i < map->count; i++)
        free(map->regions[i].path);
    map->count = 0;
}

void code_map_finish(struct code_map *map)
{
    forget_regions(map);
    free(map->regions);
    *map = (struct code_map){0};
}

void code_map_grows(struct code_map *map)
{
    map->complete = false;
}

void code_map_forget(struct code_map *map)
{
    forget_regions(map);
    map->complete = false;
}

static void read_code_map(struct unwinder *unwinder, struct address_space *space)
{
    struct code_map *code = &space->code;
    struct memory_maps maps;

    code_map_finish(code);
    code->complete = true;
    if (tracee_memory_maps(&space->memory, &maps) != 0)
        return;
    module_files_hold(unwinder->held, space->memory.tid, &maps);
    code->regions = xcalloc(maps.count, sizeof *code->regions);
    for (size_t i = 0; i < maps.count; i++) {
        const struct memory_map *map = &maps.maps[i];
        if (map->executable)
            code->regions[code->count++] = (struct code_region){.start = map->start,
                                                                .end = map->end,
                                                                .file_offset = map->offset,
                                                                .device = map->device,
                                                                .inode = map->inode,
                                                                .table = table_of(unwinder, space->memory.tid, map),
                                                                .path = xstrdup(map->path)};
    }
    memory_maps_finish(&maps);
}

const struct code_region *code_map_find(const struct code_map *map, uint64_t pc)
{
    size_t low = 0, high = map->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (map->regions[middle].end <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    return low < map->count && map->regions[low].start <= pc ? &map->regions[low] : NULL;
}

/* ---- Walks ----------------------------------------------------------------------------------------------------------------- */

struct walk_in {
    struct unwinder *unwinder;
    struct address_space *space;
};

static struct unwind_row row_at(void *context, uint64_t pc)
{
    const struct walk_in *in = context;
    const struct code_region *region = code_map_find(&in->space->code, pc);

    if (!region && !in->space->code.complete) {
        read_code_map(in->unwinder, in->space);
        region = code_map_find(&in->space->code, pc);
    }
    if (!region) /* what was taken for code is none */
        return (struct unwind_row){UNWIND_OUTERMOST, 0, 0};
    if (!region->table)
        return (struct unwind_row){UNWIND_UNKNOWN, 0, 0};
    return unwind_table_row(region->table, pc - region->start + region->file_offset);
}

size_t unwinder_walk_in(struct unwinder *unwinder, struct address_space *space, const struct memory_view *memory,
                        struct walk_place place, uint64_t *frames, size_t limit)
{
    struct walk_in in = {unwinder, space};
    const struct walk_code code = {row_at, &in};

    return stack_walk(memory, &code, place, frames, limit);
}

size_t unwinder_walk_from(struct unwinder *unwinder, struct address_space *space, struct walk_place place, uint64_t *frames,
                          size_t limit)
{
    const struct memory_view memory = tracee_memory_view(&space->memory);

    return unwinder_walk_in(unwinder, space, &memory, place, frames, limit);
}

/* Of the system call that makes a task, libraries say nothing how to unwind it, for the new task comes out of it as well (glibc,
 * clone3.S). They make it with nothing on the stack but the return address. Returns false if this is none such. */
static bool step_out_of_bare_call(struct unwinder *unwinder, struct address_space *space, struct walk_place *place)
{
    struct walk_in in = {unwinder, space};
    const struct memory_view memory = tracee_memory_view(&space->memory);
    uint64_t caller;

    if (row_at(&in, place->pc - 1).kind != UNWIND_UNKNOWN)
        return false;
    const struct code_region *region = code_map_find(&space->code, place->pc - 1);
    if (!region || !region->table || memory_read(&memory, place->sp, &caller, sizeof caller) != sizeof caller ||
        !code_map_find(&space->code, caller - 1))
        return false;
    *place = (struct walk_place){caller, place->sp + sizeof caller, place->bp};
    return true;
}

size_t unwinder_walk(struct unwinder *unwinder, struct thread *thread, uint64_t *frames, size_t limit)
{
    struct address_space *space = thread->process->space;
    struct user_regs_struct registers;

    if (limit == 0 || tracee_registers(thread->tid, &registers) != 0)
        return 0;
    struct walk_place place = {registers.rip, registers.rsp, registers.rbp};
    if (!step_out_of_bare_call(unwinder, space, &place))
        return unwinder_walk_from(unwinder, space, place, frames, limit);
    frames[0] = registers.rip;
    return 1 + unwinder_walk_from(unwinder, space, place, frames + 1, limit - 1);
}
