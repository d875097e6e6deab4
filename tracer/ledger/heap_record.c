/* SPDX-License-Identifier: MIT */
#include "heap_record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void heap_record_clear(struct process_record *record)
{
    for (size_t i = 0; i < record->fault_count; i++) {
        free(record->faults[i].stack.frames);
        free(record->faults[i].taken.frames);
        free(record->faults[i].given.frames);
    }
    for (size_t i = 0; i < record->mapping_count; i++)
        free(record->mappings[i].stack.frames);
    free(record->faults);
    free(record->mappings);
    free(record->suppressions);
    free(record->failures.stack.frames);
    record->failures = (struct made_failures){0};
    record->faults = NULL;
    record->mappings = NULL;
    record->suppressions = NULL;
    record->fault_count = record->faults_dropped = record->mapping_count = 0;
    record->ledger_damaged = false;
}

static struct call_stack stack_of(const struct ledger_contents *contents, uint32_t id)
{
    const struct heap_site *site = &contents->sites[id];
    return call_stack_copy(site->frames, site->frame_count, site->generation);
}

static enum memory_fault_kind fault_kind(uint32_t kind)
{
    switch (kind) {
    case LW_FAULT_DOUBLE_FREE:
        return FAULT_DOUBLE_FREE;
    case LW_FAULT_MISMATCHED_FREE:
        return FAULT_MISMATCHED_FREE;
    default:
        return FAULT_INVALID_FREE;
    }
}

static void fill_faults(struct process_record *record, const struct ledger_contents *contents)
{
    record->faults = xcalloc(contents->fault_count, sizeof *record->faults);
    record->fault_count = contents->fault_count;
    record->faults_dropped = contents->faults_dropped;
    for (size_t i = 0; i < contents->fault_count; i++) {
        const struct lw_fault *fault = &contents->faults[i];
        record->faults[i] = (struct memory_fault){
            .kind = fault_kind(fault->kind),
            .address = fault->address,
            .size = fault->size,
            .thread = fault->thread,
            .count = fault->count ? fault->count : 1,
            .taken_with = fault->taken_family,
            .given_with = fault->given_family,
            .stack = stack_of(contents, fault->site),
            .taken = stack_of(contents, fault->taken_site),
            .given = stack_of(contents, fault->given_site),
        };
    }
}

static void fill_failures(struct process_record *record, const struct ledger_contents *contents)
{
    const struct lw_failures *failures = &contents->failures;

    record->failures = (struct made_failures){
        .known = contents->flags & LW_FAILING, .seen = failures->seen, .made = failures->made, .bytes = failures->bytes};
    if (failures->made > 0)
        record->failures.stack = stack_of(contents, failures->site);
}

/* Bytes of [start, start + size) that are still mapped. The size of a shared-memory segment is that of its mapping. */
static uint64_t mapped_bytes(const struct memory_maps *maps, const struct ledger_mapping *mapping)
{
    const struct memory_map *map = memory_maps_find(maps, mapping->address);
    const uint64_t end = mapping->size ? mapping->address + mapping->size : map ? map->end : mapping->address;
    const struct memory_map *const last = maps->maps + maps->count;
    uint64_t bytes = 0;

    for (; map && map < last && map->start < end; map++) {
        const uint64_t from = map->start > mapping->address ? map->start : mapping->address;
        bytes += (map->end < end ? map->end : end) - from;
    }
    return bytes;
}

static int by_site(const void *a, const void *b)
{
    const struct ledger_mapping *left = a, *right = b;
    return (left->site > right->site) - (left->site < right->site);
}

/* Groups the mappings that are still there by call site. */
static void fill_mappings(struct process_record *record, const struct ledger_contents *contents, const struct memory_maps *maps)
{
    struct ledger_mapping *sorted = xcalloc(contents->mapping_count, sizeof *sorted);
    size_t count = 0;

    for (size_t i = 0; i < contents->mapping_count; i++) {
        sorted[count] = contents->mappings[i];
        sorted[count].size = mapped_bytes(maps, &contents->mappings[i]);
        count += sorted[count].size > 0;
    }
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, by_site);
    record->mappings = xcalloc(count, sizeof *record->mappings);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || sorted[i].site != sorted[i - 1].site)
            record->mappings[record->mapping_count++].stack = stack_of(contents, sorted[i].site);
        record->mappings[record->mapping_count - 1].bytes += sorted[i].size;
        record->mappings[record->mapping_count - 1].count++;
    }
    free(sorted);
}

static void limit_coverage(struct process_record *record, const struct ledger_contents *contents)
{
    record->coverage = COVERAGE_FULL;
    record->ledger_damaged = contents->corrupt;
    if (contents->corrupt)
        process_record_reason(record, "the ledger was damaged by the program: what could not be trusted was left out");
    if (contents->lost_blocks > 0)
        process_record_reason(record, "%" PRIu64 " blocks could not be recorded for want of memory", contents->lost_blocks);
    if (contents->flags & LW_OFF)
        process_record_reason(record, "recording stopped: %s",
                              contents->off_reason == LW_OFF_NO_MEMORY ? "there was no memory for the ledger"
                                                                       : "the functions of the allocator were not found");
    else if (!(contents->flags & LW_READY))
        process_record_reason(record, "the program ended before recording began");
    if (contents->corrupt || contents->lost_blocks > 0 || (contents->flags & LW_OFF) || !(contents->flags & LW_READY))
        record->coverage = COVERAGE_PARTIAL;
    /* Without a single block there is nothing to judge; counts come from the same source. */
    if (contents->corrupt && contents->with_heap && contents->block_count == 0)
        record->coverage = COVERAGE_NONE;
}

/* What is live, from the blocks themselves where they are known, else from the counts. */
static void fill_live(struct process_record *record, const struct ledger_contents *contents)
{
    record->live_blocks = contents->allocations - contents->frees;
    record->live_bytes = contents->allocated_bytes - contents->freed_bytes;
    if (!contents->with_heap)
        return;
    record->live_blocks = contents->block_count;
    record->live_bytes = 0;
    for (size_t i = 0; i < contents->block_count; i++)
        record->live_bytes += contents->blocks[i].size;
}

void heap_record_fill(struct process_record *record, const struct ledger_contents *contents, const struct memory_maps *maps)
{
    record->allocations = contents->allocations;
    record->frees = contents->frees;
    record->allocated_bytes = contents->allocated_bytes;
    record->peak_bytes = contents->peak_bytes;
    record->ledger_bytes = contents->mapped_bytes;
    fill_live(record, contents);
    if (record->peak_bytes < record->live_bytes)
        record->peak_bytes = record->live_bytes;
    fill_faults(record, contents);
    fill_failures(record, contents);
    fill_mappings(record, contents, maps);
    record->suppressions = contents->suppressions ? xstrdup(contents->suppressions) : NULL;
    limit_coverage(record, contents);
}
