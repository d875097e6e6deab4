/* SPDX-License-Identifier: MIT */
#include "ledger_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/maps.h"
#include "base/xalloc.h"
#include "ledger_blocks.h"
#include "ledger_sites.h"
#include "ledger_source.h"

enum {
    ARENAS_MAX = 1 << 16,
    THREADS_MAX = 1 << 20,
    TEXT_MAX = 1 << 20, /* of suppressions */
};

/* ---- Memory of the ledger -------------------------------------------------------------------------------------------------- */

/* The shim takes private memory for itself. What is shared may be the same few pages over and over. */
static bool is_private(const struct memory_maps *maps, uint64_t start, uint64_t end)
{
    while (start < end) {
        const struct memory_map *map = memory_maps_find(maps, start);
        if (!map || !memory_map_is_anonymous(map))
            return false;
        start = map->end;
    }
    return true;
}

static void find_arenas(struct ledger_source *source, const struct lw_ledger *ledger, const struct memory_maps *maps)
{
    uint64_t address = ledger->arenas;
    struct lw_arena arena;

    for (size_t i = 0; address != 0; i++, address = arena.next) {
        if (i == ARENAS_MAX || memory_read(source->memory, address, &arena, sizeof arena) != sizeof arena ||
            arena.size < sizeof arena || arena.size > LW_ARENA_SIZE_MAX || arena.size > UINT64_MAX - address ||
            (maps && !is_private(maps, address, address + arena.size))) {
            source->corrupt = true;
            break;
        }
        ledger_source_add(source, address, address + arena.size);
    }
    ledger_source_sort(source);
}

/* ---- Threads --------------------------------------------------------------------------------------------------------------- */

struct held_back {
    int64_t bytes, bytes_max;
    struct moving_block *moving;
    size_t moving_count, moving_capacity;
};

static void add_deltas(struct ledger_source *source, const struct lw_thread *thread, struct ledger_contents *contents)
{
    for (size_t i = 0; i < LW_DELTAS; i++) {
        const struct lw_delta *delta = &thread->deltas[i];
        const uint64_t id = delta->site % LW_SITES_MAX;
        if (delta->site == 0)
            continue;
        if (id >= contents->site_count) {
            source->corrupt = true;
            continue;
        }
        struct heap_site *site = &contents->sites[id];
        site->taken_blocks += delta->taken_blocks;
        site->taken_bytes += delta->taken_bytes;
        site->given_blocks += delta->given_blocks;
        site->given_bytes += delta->given_bytes;
    }
}

static void read_threads(struct ledger_source *source, const struct lw_ledger *ledger, struct ledger_contents *contents,
                         struct held_back *held)
{
    uint64_t address = ledger->threads;
    struct lw_thread thread;

    for (size_t i = 0; address != 0; i++, address = thread.next) {
        if (i == THREADS_MAX || i == ledger->thread_count) { /* more records than were ever made: they form a ring */
            source->corrupt = true;
            break;
        }
        if (!ledger_source_claim(source, address, sizeof thread) || !ledger_source_read(source, address, &thread, sizeof thread))
            break;
        add_deltas(source, &thread, contents);
        held->bytes += thread.unpublished_bytes;
        held->bytes_max += thread.unpublished_bytes_max;
        if (thread.moving_address == 0)
            continue;
        held->moving = xgrow(held->moving, &held->moving_capacity, held->moving_count + 1, sizeof *held->moving);
        held->moving[held->moving_count++] = (struct moving_block){thread.moving_address, thread.moving_word, thread.moving_size};
    }
}

/* ---- The rest -------------------------------------------------------------------------------------------------------------- */

static void copy_faults(const struct lw_ledger *ledger, struct ledger_contents *contents)
{
    const size_t recorded = ledger->fault_count < LW_FAULTS ? ledger->fault_count : LW_FAULTS;

    contents->faults_dropped = ledger->fault_count - recorded;
    for (size_t i = 0; i < recorded; i++) {
        struct lw_fault fault = ledger->faults[i];
        if (fault.kind < LW_FAULT_DOUBLE_FREE || fault.kind > LW_FAULT_MISMATCHED_FREE)
            continue; /* not written to its end */
        fault.site = fault.site < contents->site_count ? fault.site : 0;
        fault.taken_site = fault.taken_site < contents->site_count ? fault.taken_site : 0;
        fault.given_site = fault.given_site < contents->site_count ? fault.given_site : 0;
        contents->faults[contents->fault_count++] = fault;
    }
}

static void copy_failures(const struct lw_ledger *ledger, struct ledger_contents *contents)
{
    if (!(ledger->flags & LW_FAILING))
        return;
    contents->failures = ledger->failures;
    if (contents->failures.site >= contents->site_count)
        contents->failures.site = 0;
}

static void copy_root_ranges(const struct lw_ledger *ledger, struct ledger_contents *contents)
{
    const size_t count = ledger->root_region_count < LW_ROOT_REGIONS ? ledger->root_region_count : LW_ROOT_REGIONS;

    contents->root_ranges = xcalloc(count, sizeof *contents->root_ranges);
    for (size_t i = 0; i < count; i++)
        if (ledger->root_regions[i].size != 0)
            contents->root_ranges[contents->root_range_count++] =
                (struct root_range){ledger->root_regions[i].address, ledger->root_regions[i].size};
}

static void sum_up(const struct lw_ledger *ledger, const struct held_back *held, struct ledger_contents *contents)
{
    for (size_t i = 0; i < contents->site_count; i++) {
        contents->allocations += contents->sites[i].taken_blocks;
        contents->frees += contents->sites[i].given_blocks;
        contents->allocated_bytes += contents->sites[i].taken_bytes;
        contents->freed_bytes += contents->sites[i].given_bytes;
    }
    const int64_t highest = (int64_t)ledger->live_bytes + held->bytes_max;
    contents->peak_bytes = ledger->peak_bytes;
    if (highest > 0 && (uint64_t)highest > contents->peak_bytes)
        contents->peak_bytes = (uint64_t)highest;
}

static int check_header(const struct lw_ledger *ledger)
{
    if (ledger->magic == 0)
        return -ENOENT;
    if (ledger->magic != LW_LEDGER_MAGIC || ledger->version != LW_LEDGER_VERSION || ledger->size != sizeof *ledger)
        return -EPROTO;
    if (ledger->granule_shift != LW_GRANULE_SHIFT_GLIBC && ledger->granule_shift != LW_GRANULE_SHIFT_OTHER)
        return -EPROTO;
    return 0;
}

static void read_parts(struct ledger_source *source, const struct lw_ledger *ledger, struct ledger_contents *contents)
{
    struct held_back held = {0};

    ledger_sites_read(source, ledger, contents);
    read_threads(source, ledger, contents, &held);
    if (contents->with_heap) {
        ledger_blocks_read(source, ledger, contents);
        ledger_blocks_add_moving(source, contents, held.moving, held.moving_count);
    }
    copy_faults(ledger, contents);
    copy_failures(ledger, contents);
    copy_root_ranges(ledger, contents);
    if (ledger->suppressions != 0) /* the program's own text, anywhere in its memory */
        contents->suppressions = memory_string(source->memory, ledger->suppressions, TEXT_MAX);
    sum_up(ledger, &held, contents);
    free(held.moving);
}

int ledger_read(const struct memory_view *memory, const struct ledger_place *where, bool with_heap,
                struct ledger_contents *contents)
{
    struct lw_ledger *ledger = xmalloc(sizeof *ledger);
    struct ledger_source source = {.memory = memory};

    *contents = (struct ledger_contents){0};
    int error = memory_read(memory, where->address, ledger, sizeof *ledger) == sizeof *ledger ? check_header(ledger) : -EFAULT;
    if (!error) {
        contents->with_heap = with_heap;
        contents->flags = ledger->flags;
        contents->off_reason = ledger->off_reason;
        contents->epoch = ledger->epoch;
        contents->generation = ledger->generation;
        contents->mapped_bytes = ledger->mapped_bytes;
        contents->lost_blocks = ledger->lost_blocks;
        ledger_source_add(&source, where->data.start, where->data.end);
        find_arenas(&source, ledger, where->maps);
        read_parts(&source, ledger, contents);
        contents->corrupt = source.corrupt;
        contents->memory = source.extents;
        contents->memory_count = source.extent_count;
    }
    free(ledger);
    return error;
}

void ledger_contents_finish(struct ledger_contents *contents)
{
    for (size_t i = 0; contents->sites && i < contents->site_count; i++)
        free((void *)contents->sites[i].frames);
    free(contents->sites);
    free(contents->blocks);
    free(contents->mappings);
    free(contents->freed);
    free(contents->root_ranges);
    free(contents->memory);
    free(contents->suppressions);
    *contents = (struct ledger_contents){0};
}
