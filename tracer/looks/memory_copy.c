/* SPDX-License-Identifier: MIT */
#include "memory_copy.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/xalloc.h"
#include "heap/big_array.h"

#define PAGE       UINT64_C(4096)
#define STORE_SIZE ((size_t)64 << 20) /* at least; what is not touched costs nothing */

void memory_copy_init(struct memory_copy *copy)
{
    *copy = (struct memory_copy){0};
}

static struct copy_store *add_store(struct memory_copy *copy, size_t size)
{
    copy->stores = xgrow(copy->stores, &copy->store_capacity, copy->store_count + 1, sizeof *copy->stores);
    struct copy_store *store = &copy->stores[copy->store_count++];
    *store = (struct copy_store){.bytes = big_array_create(size, 1), .size = size};
    return store;
}

void memory_copy_reserve(struct memory_copy *copy, size_t size)
{
    const struct copy_store *store = add_store(copy, size > STORE_SIZE ? size : STORE_SIZE);

    /* A wish: where the kernel does not know it (before 5.14) the pages come one by one. */
#ifdef MADV_POPULATE_WRITE
    madvise(store->bytes, size, MADV_POPULATE_WRITE);
#else
    madvise(store->bytes, size, 23);
#endif
}

/* ---- Taking ---------------------------------------------------------------------------------------------------------------- */

/* Room for one more run. Runs that are larger than what is left of a store have one of their own. */
static unsigned char *room_for(struct memory_copy *copy, size_t size)
{
    struct copy_store *store = copy->store_count > 0 ? &copy->stores[copy->store_count - 1] : NULL;

    if (!store || store->size - store->used < size)
        store = add_store(copy, size > STORE_SIZE ? size : STORE_SIZE);
    unsigned char *room = store->bytes + store->used;
    store->used += size;
    return room;
}

static void add_run(struct memory_copy *copy, uint64_t start, uint64_t end, const unsigned char *bytes)
{
    struct copied_run *last = copy->run_count > 0 ? &copy->runs[copy->run_count - 1] : NULL;
    const bool follows = last && last->end == start &&
                         (bytes ? last->bytes && last->bytes + (last->end - last->start) == bytes : last->bytes == NULL);

    if (follows) {
        last->end = end;
        return;
    }
    copy->runs = xgrow(copy->runs, &copy->run_capacity, copy->run_count + 1, sizeof *copy->runs);
    copy->runs[copy->run_count++] = (struct copied_run){start, end, bytes};
}

/* Pages that cannot be read although they hold data are noted as such, and what follows them is copied all the same. */
static void copy_run(struct memory_copy *copy, uint64_t start, uint64_t end)
{
    unsigned char *room = room_for(copy, end - start);

    while (start < end) {
        const size_t size = memory_read(&copy->live, start, room, end - start);
        if (size > 0)
            add_run(copy, start, start + size, room);
        start += size;
        room += size;
        if (start == end)
            break;
        const uint64_t next = (start & ~(PAGE - 1)) + PAGE < end ? (start & ~(PAGE - 1)) + PAGE : end;
        add_run(copy, start, next, NULL);
        room += next - start;
        start = next;
    }
}

static void copy_mapping(struct memory_copy *copy, const struct memory_map *map)
{
    uint64_t at = map->start, start = map->start, end = map->end;

    copy->mappings[copy->mapping_count++] = (struct copied_mapping){map->start, map->end, memory_map_is_anonymous(map)};
    while (at < map->end) {
        if (copy->live.next_present && !copy->live.next_present(copy->live.context, at, map->end, &start, &end))
            return;
        if (start < at || end > map->end || end <= start) /* the view makes no sense */
            return;
        copy_run(copy, start, end);
        at = end;
    }
}

void memory_copy_take(struct memory_copy *copy, const struct memory_view *live, const struct memory_maps *maps)
{
    copy->live = *live;
    copy->run_count = copy->mapping_count = 0;
    for (size_t i = 0; i < copy->store_count; i++)
        copy->stores[i].used = 0;
    free(copy->mappings);
    copy->mappings = xcalloc(maps->count, sizeof *copy->mappings);
    for (size_t i = 0; i < maps->count; i++)
        if (memory_maps_hold_data(maps, i))
            copy_mapping(copy, &maps->maps[i]);
}

size_t memory_copy_size(const struct memory_copy *copy)
{
    size_t size = 0;

    for (size_t i = 0; i < copy->run_count; i++)
        if (copy->runs[i].bytes)
            size += copy->runs[i].end - copy->runs[i].start;
    return size;
}

/* ---- Reading --------------------------------------------------------------------------------------------------------------- */

/* The first run that ends above `address`, or the number of runs. */
static size_t find_run(const struct memory_copy *copy, uint64_t address)
{
    size_t low = 0, high = copy->run_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (copy->runs[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct copied_mapping *find_mapping(const struct memory_copy *copy, uint64_t address)
{
    size_t low = 0, high = copy->mapping_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (copy->mappings[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < copy->mapping_count && copy->mappings[low].start <= address ? &copy->mappings[low] : NULL;
}

static size_t smaller(size_t a, uint64_t b)
{
    return a < b ? a : (size_t)b;
}

/* Reads from where no run is, up to the next one. */
static size_t read_gap(const struct memory_copy *copy, uint64_t address, unsigned char *buffer, size_t size)
{
    const struct copied_mapping *mapping = find_mapping(copy, address);

    if (!mapping || !mapping->anonymous) {
        if (mapping)
            size = smaller(size, mapping->end - address);
        return memory_read(&copy->live, address, buffer, size);
    }
    size = smaller(size, mapping->end - address);
    memset(buffer, 0, size);
    return size;
}

/* One piece: what one run, or one gap, holds of the range. */
static size_t read_piece(const struct memory_copy *copy, uint64_t address, unsigned char *buffer, size_t size)
{
    const size_t number = find_run(copy, address);
    const struct copied_run *run = number < copy->run_count ? &copy->runs[number] : NULL;

    if (!run || run->start > address)
        return read_gap(copy, address, buffer, run ? smaller(size, run->start - address) : size);
    if (!run->bytes)
        return 0;
    size = smaller(size, run->end - address);
    memcpy(buffer, run->bytes + (address - run->start), size);
    return size;
}

static size_t read_copy(void *context, uint64_t address, void *buffer, size_t size)
{
    size_t done = 0;

    if (address + size < address)
        size = -address;
    while (done < size) {
        const size_t part = read_piece(context, address + done, (unsigned char *)buffer + done, size - done);
        if (part == 0)
            break;
        done += part;
    }
    return done;
}

/* Only mappings that were copied have runs; in others the live view would have to tell, and nobody asks about them. */
static int next_run(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    const struct memory_copy *copy = context;
    const size_t number = find_run(copy, from);

    if (number == copy->run_count || copy->runs[number].start >= to)
        return 0;
    *start = copy->runs[number].start > from ? copy->runs[number].start : from;
    *end = copy->runs[number].end < to ? copy->runs[number].end : to;
    return 1;
}

struct memory_view memory_copy_view(struct memory_copy *copy)
{
    return (struct memory_view){.read = read_copy, .next_present = copy->live.next_present ? next_run : NULL, .context = copy};
}

void memory_copy_finish(struct memory_copy *copy)
{
    for (size_t i = 0; i < copy->store_count; i++)
        big_array_destroy(copy->stores[i].bytes, copy->stores[i].size, 1);
    free(copy->stores);
    free(copy->runs);
    free(copy->mappings);
    memory_copy_init(copy);
}
