/* SPDX-License-Identifier: MIT */
#include "memory_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/modules/allocator_finder.h"

/* ---- A heap that was walked ------------------------------------------------------------------------------------------------ */

static uint64_t binned_bytes(const struct glibc_arena *arena)
{
    return arena->unsorted.bytes + arena->small_bins.bytes + arena->large_bins.bytes;
}

static struct arena_usage arena_usage(const struct glibc_arena *arena)
{
    return (struct arena_usage){
        .address = arena->address,
        .main = arena->main,
        .left_out = arena->left_out,
        .system = arena->system_bytes,
        .live_blocks = arena->live.count,
        .live = arena->live.bytes,
        .cached = arena->tcache.bytes + arena->fast_bins.bytes,
        .binned = binned_bytes(arena),
        .top = arena->top.bytes,
        .resident_live = arena->resident.live,
        .resident_cached = arena->resident.cached,
        .resident_free = arena->resident.free,
        .resident_allocator = arena->resident.allocator,
        .returnable = arena->resident_free_bytes,
        .pin_address = arena->pin_address,
        .pin_size = arena->pin_size,
        .pin_distance = arena->pin_distance,
    };
}

/* Without what others took between parts of the main arena. */
static void claim_extent(const struct glibc_heap *heap, uint64_t start, uint64_t end, enum memory_kind kind,
                         struct resident_memory *resident)
{
    for (size_t i = 0; i < heap->foreign_count; i++) {
        if (heap->foreign[i].start < start || heap->foreign[i].end > end)
            continue;
        resident_memory_claim(resident, start, heap->foreign[i].start, kind);
        start = heap->foreign[i].end;
    }
    resident_memory_claim(resident, start, end, kind);
}

void memory_record_heap(struct process_record *record, const struct glibc_heap *heap, struct resident_memory *resident)
{
    struct heap_usage *usage = &record->usage;

    *usage = (struct heap_usage){
        .known = true, .arenas = heap->arena_count, .mapped = heap->mapped.bytes, .returnable_known = heap->resident_known};
    process_record_clear_arenas(record);
    record->arenas = xcalloc(heap->arena_count, sizeof *record->arenas);
    record->arena_count = heap->arena_count;
    for (size_t i = 0; i < heap->arena_count; i++) {
        const struct arena_usage arena = arena_usage(&heap->arenas[i]);
        record->arenas[i].usage = arena;
        usage->system += arena.system;
        usage->live += arena.live;
        usage->cached += arena.cached;
        usage->binned += arena.binned;
        usage->top += arena.top;
        usage->returnable += arena.returnable;
    }
    for (size_t i = 0; i < heap->extent_count; i++)
        claim_extent(heap, heap->extents[i].start, heap->extents[i].end, heap->extents[i].mapped ? MEMORY_BLOCKS : MEMORY_ALLOCATOR,
                     resident);
}

/* Walking the heap as well makes the look at the end of a run half as long again, measured with 3 million blocks; with few blocks
 * nobody notices. With many it pays only where the allocator has far more memory than the program uses: only then is what is free
 * the answer to a question. */
#define FEW_BLOCKS 200000
#define BLOCK_COST 16 /* header and rounding, at most */

static bool is_worth_a_walk(const struct process_record *record, const struct resident_memory *resident)
{
    const uint64_t used = record->live_bytes + record->live_blocks * BLOCK_COST;

    return record->live_blocks <= FEW_BLOCKS ||
           (resident->rss > record->ledger_bytes && (resident->rss - record->ledger_bytes) / 2 > used);
}

/* A heap that a thread is changing is left out: the process has ended, and there is no other moment. */
static void walk(const struct memory_look *look, struct glibc_heap *heap)
{
    uint64_t *pointers = snapshot_thread_pointers(look->snapshot);
    const struct glibc_heap_request request = {
        .memory = &look->snapshot->memory,
        .maps = look->maps,
        .thread_pointers = pointers,
        .thread_count = look->snapshot->thread_count,
        .resident = &look->resident->pages,
        .skip_locked = true,
    };

    glibc_heap_read(&request, heap);
    free(pointers);
}

/* Returns why the heap is not divided, static; NULL: it is. */
static const char *walk_heap(struct process_record *record, const struct memory_look *look)
{
    const char *reason = NULL;
    struct glibc_heap heap;

    if (!look->snapshot)
        return "blocks were not looked at";
    if (!(look->contents->flags & LW_GLIBC))
        return "the allocator is not glibc's";
    if (!is_worth_a_walk(record, look->resident))
        return "there are many blocks, and most of the memory is in use";
    walk(look, &heap);
    if (heap.state == GLIBC_HEAP_COMPLETE || heap.state == GLIBC_HEAP_PARTIAL)
        memory_record_heap(record, &heap, look->resident);
    else
        reason = heap.state == GLIBC_HEAP_NOT_FOUND ? "the allocator's own data were not found"
                                                    : "the allocator's own data contradict each other";
    glibc_heap_finish(&heap);
    return reason;
}

/* ---- Claims ---------------------------------------------------------------------------------------------------------------- */

static void claim_leakwatch(const struct memory_look *look)
{
    const struct memory_maps *maps = look->maps;

    for (size_t i = 0; i < look->contents->memory_count; i++)
        resident_memory_claim(look->resident, look->contents->memory[i].start, look->contents->memory[i].end, MEMORY_LEAKWATCH);
    for (size_t i = 0; i < maps->count; i++)
        if (maps->maps[i].inode != 0 && maps->maps[i].inode == look->shim->inode && maps->maps[i].device == look->shim->device)
            resident_memory_claim(look->resident, maps->maps[i].start, maps->maps[i].end, MEMORY_LEAKWATCH);
}

/* Nobody looked into the allocator: what mappings it has is known all the same, from the blocks in them. */
static void claim_undivided(const struct memory_look *look)
{
    const struct snapshot *snapshot = look->snapshot;

    for (size_t i = 0; snapshot && i < snapshot->region_count; i++)
        if (snapshot->regions[i].kind == REGION_HEAP)
            resident_memory_claim(look->resident, snapshot->regions[i].start, snapshot->regions[i].end, MEMORY_UNDIVIDED);
    for (size_t i = 0; !snapshot && i < look->maps->count; i++)
        if (strcmp(look->maps->maps[i].path, "[heap]") == 0)
            resident_memory_claim(look->resident, look->maps->maps[i].start, look->maps->maps[i].end, MEMORY_UNDIVIDED);
}

/* Blocks lie in memory that was claimed for the allocator, or have mappings of their own. */
static void move_blocks(const struct memory_look *look, struct memory_usage *usage)
{
    const struct snapshot *snapshot = look->snapshot;
    struct page_cursor pages = {.pages = &look->resident->pages};
    size_t region = 0;

    for (size_t i = 0; snapshot && i < snapshot->block_count; i++) {
        const struct heap_block *block = &snapshot->blocks[i];
        while (region < snapshot->region_count && snapshot->regions[region].end <= block->address)
            region++;
        if (region == snapshot->region_count)
            return;
        const bool in_heap = snapshot->regions[region].start <= block->address && snapshot->regions[region].kind == REGION_HEAP;
        const uint64_t bytes = page_cursor_bytes(&pages, block->address, block->address + block->size);
        memory_usage_move(usage, in_heap ? MEMORY_UNDIVIDED : MEMORY_OWN, in_heap ? MEMORY_LIVE : MEMORY_BLOCKS, bytes);
    }
}

static void move_divided(const struct process_record *record, struct memory_usage *usage)
{
    for (size_t i = 0; i < record->arena_count; i++) {
        const struct arena_usage *arena = &record->arenas[i].usage;
        memory_usage_move(usage, MEMORY_ALLOCATOR, MEMORY_LIVE, arena->resident_live);
        memory_usage_move(usage, MEMORY_ALLOCATOR, MEMORY_CACHED, arena->resident_cached);
        memory_usage_move(usage, MEMORY_ALLOCATOR, MEMORY_FREE, arena->resident_free);
    }
}

/* ---- What pins the arenas -------------------------------------------------------------------------------------------------- */

static void name_pin(struct heap_arena *arena, const struct snapshot *snapshot)
{
    const size_t found = heap_block_find(snapshot->blocks, snapshot->block_count, arena->usage.pin_address);
    const struct heap_block *block = &snapshot->blocks[found];

    if (found == snapshot->block_count || block->address != arena->usage.pin_address || block->site >= snapshot->site_count)
        return;
    const struct heap_site *site = &snapshot->sites[block->site];
    arena->pin_content = site->content ? xstrdup(site->content) : NULL;
    arena->pin_stack = call_stack_copy(site->frames, site->frame_count, site->generation);
}

/* ---- All of it ------------------------------------------------------------------------------------------------------------- */

static void recognise(const struct process *process, const struct memory_look *look, const char **allocator, const char **runtime)
{
    const bool glibc = (look->contents->flags & LW_GLIBC) != 0;
    struct found_allocators found;

    allocator_find(look->maps, &found);
    if (!glibc)
        allocator_find_inside(process->pid, &found);
    *allocator = glibc ? "glibc" : found.names.allocator;
    *runtime = found.names.runtime;
}

void memory_record_fill(struct process *process, const struct memory_look *look)
{
    struct process_record *record = &process->record;
    struct resident_memory *resident = look->resident;
    const char *undivided = NULL;

    const char *allocator = record->memory.allocator, *runtime = record->memory.runtime; /* said when the heap was read */

    record->memory = (struct memory_usage){0};
    if (!resident->known)
        return;
    if (!look->walked) {
        record->usage = (struct heap_usage){0};
        process_record_clear_arenas(record);
        undivided = walk_heap(record, look);
        recognise(process, look, &allocator, &runtime);
    } else if (record->arena_count == 0) {
        undivided = "the allocator's own data were not read";
    }
    if (undivided)
        claim_undivided(look);
    claim_leakwatch(look);
    for (size_t i = 0; i < process->space->stack_count; i++)
        resident_memory_claim(resident, process->space->stacks[i].start, process->space->stacks[i].end, MEMORY_STACKS);
    memory_usage_sum(look->maps, resident, &record->memory);
    record->memory.allocator = allocator;
    record->memory.runtime = runtime;
    record->memory.undivided = undivided;
    if (undivided)
        move_blocks(look, &record->memory);
    else
        move_divided(record, &record->memory);
    for (size_t i = 0; look->snapshot && i < record->arena_count; i++)
        name_pin(&record->arenas[i], look->snapshot);
}
