/* SPDX-License-Identifier: MIT */
#include "outside_heap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "tracer/modules/allocator_finder.h"
#include "memory_record.h"

static bool is_bad_moment(const struct glibc_heap *heap)
{
    return heap->state == GLIBC_HEAP_LOCKED || heap->state == GLIBC_HEAP_CORRUPT;
}

static void explain(struct process_record *record, const struct glibc_heap *heap)
{
    const char *problem = glibc_heap_problem_text(heap->problem);

    switch (heap->state) {
    case GLIBC_HEAP_COMPLETE:
        record->coverage = COVERAGE_FULL;
        break;
    case GLIBC_HEAP_PARTIAL:
        record->coverage = COVERAGE_PARTIAL;
        process_record_reason(record, "a part of the heap is missing: %s (%#" PRIx64 ")", problem, heap->problem_address);
        break;
    case GLIBC_HEAP_NOT_FOUND: /* allocator_explain() says what there is in its place */
        record->coverage = COVERAGE_NONE;
        break;
    case GLIBC_HEAP_LOCKED:
        record->coverage = COVERAGE_NONE;
        process_record_reason(record, "the heap was being changed each time that it was looked at (arena %#" PRIx64 ")",
                              heap->problem_address);
        break;
    case GLIBC_HEAP_CORRUPT:
        record->coverage = COVERAGE_NONE;
        process_record_reason(record, "the heap is corrupt: %s (%#" PRIx64 ")", problem, heap->problem_address);
        break;
    }
}

static void explain_all(struct process_record *record, const struct memory_maps *maps, const struct resident_memory *resident,
                        const struct glibc_heap *heap)
{
    struct found_allocators found;

    explain(record, heap);
    allocator_find(maps, &found);
    allocator_find_inside(record->pid, &found);
    allocator_explain(record, &found, heap->state != GLIBC_HEAP_NOT_FOUND, resident->known);
    record->memory.allocator = heap->state != GLIBC_HEAP_NOT_FOUND ? "glibc" : found.names.allocator;
    record->memory.runtime = found.names.runtime;
}

static void take_blocks(struct process_record *record, struct glibc_heap *heap, struct ledger_contents *contents)
{
    contents->blocks = heap->blocks;
    contents->block_count = heap->block_count;
    contents->sites = xcalloc(1, sizeof *contents->sites);
    contents->site_count = 1;
    contents->flags = LW_GLIBC;
    contents->with_heap = true;
    contents->mappings = xcalloc(heap->foreign_count, sizeof *contents->mappings);
    contents->mapping_count = heap->foreign_count;
    for (size_t i = 0; i < heap->foreign_count; i++)
        contents->mappings[i] =
            (struct ledger_mapping){.address = heap->foreign[i].start, .size = heap->foreign[i].end - heap->foreign[i].start};
    heap->blocks = NULL;
    heap->block_count = 0;
    record->live_blocks = contents->block_count;
    record->live_bytes = 0;
    for (size_t i = 0; i < contents->block_count; i++)
        record->live_bytes += contents->blocks[i].size;
}

int outside_heap_read(const struct snapshot *begun, const struct memory_maps *maps, struct resident_memory *resident, bool last,
                      struct process_record *record, struct ledger_contents *contents)
{
    uint64_t *pointers = snapshot_thread_pointers(begun);
    const struct glibc_heap_request request = {.memory = &begun->memory,
                                               .maps = maps,
                                               .thread_pointers = pointers,
                                               .thread_count = begun->thread_count,
                                               .resident = resident->known ? &resident->pages : NULL,
                                               .skip_locked = last};
    struct glibc_heap heap;
    int error = 0;

    *contents = (struct ledger_contents){0};
    record->no_history = true;
    glibc_heap_read(&request, &heap);
    if (is_bad_moment(&heap) && !last)
        error = -EAGAIN;
    else if (is_bad_moment(&heap) || heap.state == GLIBC_HEAP_NOT_FOUND)
        error = -ENOENT;
    if (error != -EAGAIN)
        explain_all(record, maps, resident, &heap);
    if (!error) {
        memory_record_heap(record, &heap, resident);
        take_blocks(record, &heap, contents);
    }
    glibc_heap_finish(&heap);
    free(pointers);
    return error;
}
