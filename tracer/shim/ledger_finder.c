/* SPDX-License-Identifier: MIT */
#include "ledger_finder.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "tracer/address_space.h"
#include "tracer/ledger/ledger_sites.h"
#include "tracer/modules/loaded_object.h"
#include "shim_file.h"

/* Some file systems show another device in maps than in stat, so the path may stand for it. */
static bool is_shim(const void *context, const struct memory_map *map)
{
    const struct shim_file *shim = context;
    return map->inode == shim->inode && (map->device == shim->device || strcmp(map->path, shim->path) == 0);
}

/* Returns false if the shim is not mapped. */
static bool find_shim(const struct shim_file *shim, const struct address_space *space, const struct memory_view *view,
                      const struct memory_maps *maps, struct loaded_object *object)
{
    if (!shim->path || !space->shim_expected)
        return false;
    const struct memory_map *map = loaded_object_find(maps, is_shim, shim);
    return map && loaded_object_read(view, map->start, object);
}

int ledger_find(const struct shim_file *shim, struct address_space *space, const struct memory_maps *maps, bool with_heap,
                struct ledger_contents *contents)
{
    const struct memory_view view = tracee_memory_view(&space->memory);
    struct loaded_object object;

    *contents = (struct ledger_contents){0};
    if (!find_shim(shim, space, &view, maps, &object))
        return -ENOENT;
    space->ledger = object.bias + shim->ledger;
    const struct ledger_place where = {.address = space->ledger, .data = object.data, .maps = maps};
    int error = ledger_read(&view, &where, with_heap, contents);
    if (!error)
        ledger_sites_leave_out(contents, (struct address_range){object.bias, object.data.end});
    return error;
}

bool ledger_find_shim(const struct shim_file *shim, struct address_space *space, struct address_range *whole,
                      struct address_range *data)
{
    const struct memory_view view = tracee_memory_view(&space->memory);
    struct loaded_object object;
    struct memory_maps maps;

    if (tracee_memory_maps(&space->memory, &maps) != 0)
        return false;
    const bool found = find_shim(shim, space, &view, &maps, &object);
    memory_maps_finish(&maps);
    if (found) {
        *whole = (struct address_range){object.bias, object.data.end};
        *data = object.data;
    }
    return found;
}

/* While the program starts, its mappings are not worth a look. */
static bool locate(const struct shim_file *shim, struct address_space *space)
{
    const struct memory_view view = tracee_memory_view(&space->memory);
    struct loaded_object object;
    struct memory_maps maps;

    if (!space->shim_mapped || tracee_memory_maps(&space->memory, &maps) != 0)
        return false;
    if (find_shim(shim, space, &view, &maps, &object))
        space->ledger = object.bias + shim->ledger;
    memory_maps_finish(&maps);
    return space->ledger != 0;
}

/* The head of the ledger, up to its faults, once the shim runs. While the loader is still mapping the shim, there are other bytes
 * in that place. */
static bool read_head(const struct shim_file *shim, struct address_space *space, struct lw_ledger *head)
{
    const struct memory_view view = tracee_memory_view(&space->memory);
    const size_t size = offsetof(struct lw_ledger, faults);

    return (space->ledger != 0 || locate(shim, space)) && memory_read(&view, space->ledger, head, size) == size &&
           head->magic == LW_LEDGER_MAGIC;
}

struct held_back {
    int64_t bytes, bytes_max;
};

/* What the threads have not published yet. Of very many threads only the newest are asked: it is a sample. */
static struct held_back read_held_back(const struct memory_view *view, uint64_t address)
{
    enum { THREADS_MAX = 64 };
    struct held_back held = {0, 0};
    struct lw_thread thread;
    const size_t size = offsetof(struct lw_thread, deltas);

    for (int i = 0; i < THREADS_MAX && address != 0 && memory_read(view, address, &thread, size) == size; i++) {
        held.bytes += thread.unpublished_bytes;
        held.bytes_max += thread.unpublished_bytes_max;
        address = thread.next;
    }
    return held;
}

bool ledger_sample(const struct shim_file *shim, struct address_space *space)
{
    const struct memory_view view = tracee_memory_view(&space->memory);
    struct ledger_sample *sample = &space->sample;
    struct lw_ledger header;

    if (!read_head(shim, space, &header))
        return false;
    const struct held_back held = read_held_back(&view, header.threads);
    const uint64_t highest = header.live_bytes + (uint64_t)held.bytes_max;
    const uint64_t peak = header.peak_bytes > highest ? header.peak_bytes : highest;
    sample->valid = true;
    sample->live_bytes = header.live_bytes + (uint64_t)held.bytes;
    sample->mapped_bytes = header.mapped_bytes;
    if (peak > sample->peak_bytes)
        sample->peak_bytes = peak;
    return true;
}

uint32_t ledger_generation(const struct shim_file *shim, struct address_space *space)
{
    struct lw_ledger head;

    return read_head(shim, space, &head) ? head.generation : 0;
}

bool ledger_is_ready(const struct shim_file *shim, struct address_space *space)
{
    struct lw_ledger head;

    return read_head(shim, space, &head) && head.flags & (LW_READY | LW_OFF);
}

void ledger_next_epoch(const struct shim_file *shim, struct address_space *space)
{
    struct lw_ledger head;

    if (!read_head(shim, space, &head) || head.epoch >= LW_EPOCH_MAX)
        return;
    head.epoch++;
    tracee_memory_write(&space->memory, space->ledger + offsetof(struct lw_ledger, epoch), &head.epoch, sizeof head.epoch);
}

void ledger_forbid_mapping(const struct shim_file *shim, struct address_space *space)
{
    const uint64_t confined = 1;
    struct lw_ledger head;

    if (read_head(shim, space, &head))
        tracee_memory_write(&space->memory, space->ledger + offsetof(struct lw_ledger, confined), &confined, sizeof confined);
}
