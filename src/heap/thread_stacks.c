/* SPDX-License-Identifier: MIT */
#include "thread_stacks.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define RED_ZONE          128  /* x86-64 psABI 3.2.2: bytes below the stack pointer that are in use */
#define DESCRIPTOR_SEARCH 8192 /* bytes at the end of a stack in which a thread descriptor may begin */

struct parts {
    struct stack_part *items;
    size_t count, capacity;
};

static bool is_stack(const struct memory_region *region)
{
    return region->kind == REGION_STACK || region->kind == REGION_THREAD_STACK;
}

/* The number of the stack region that holds the address, or the number of regions. */
static size_t find_stack(const struct snapshot *snapshot, uint64_t address)
{
    const struct memory_region *region = address ? snapshot_region(snapshot, address) : NULL;

    return region && is_stack(region) ? (size_t)(region - snapshot->regions) : snapshot->region_count;
}

static void add_part(struct parts *parts, uint64_t start, uint64_t end)
{
    parts->items = xgrow(parts->items, &parts->capacity, parts->count + 1, sizeof *parts->items);
    parts->items[parts->count++] = (struct stack_part){start, end};
}

/* Thread-local storage and the thread descriptor end a stack that the C library made; other stacks may follow in the same region.
 */
static uint64_t native_end(const struct snapshot *snapshot, const struct thread_state *thread, const struct memory_region *region)
{
    uint64_t room = region->end - thread->thread_pointer;

    if (snapshot->pthread_size == 0 || snapshot->pthread_size >= room)
        return region->end;
    return thread->thread_pointer + snapshot->pthread_size;
}

static void add_thread(const struct snapshot *snapshot, const struct thread_state *thread, struct parts *parts, bool *used)
{
    const struct memory_region *regions = snapshot->regions;
    size_t native = find_stack(snapshot, thread->thread_pointer);
    size_t current = find_stack(snapshot, thread->stack_pointer);
    uint64_t alive = thread->stack_alive;

    if (alive == 0 && thread->stack_pointer > RED_ZONE)
        alive = thread->stack_pointer - RED_ZONE;
    if (current < snapshot->region_count) {
        if (alive < regions[current].start || alive > regions[current].end)
            alive = regions[current].start;
        used[current] = true;
    }
    if (native < snapshot->region_count) {
        used[native] = true;
        bool on_native = native == current && alive <= thread->thread_pointer;
        add_part(parts, on_native ? alive : regions[native].start, native_end(snapshot, thread, &regions[native]));
    }
    if (current < snapshot->region_count && (current != native || alive > thread->thread_pointer))
        add_part(parts, alive, regions[current].end);
}

/* glibc: the thread control block begins the descriptor; its first and its third word hold its own address. */
static bool is_kept_stack(const struct snapshot *snapshot, const struct memory_region *region)
{
    uint64_t words[DESCRIPTOR_SEARCH / 8];
    uint64_t size = region->end - region->start < sizeof words ? region->end - region->start : sizeof words;
    uint64_t start = region->end - size;
    size_t count = memory_read(&snapshot->memory, start, words, size) / 8;

    for (size_t i = 0; i + 2 < count; i += 2)
        if (words[i] == start + i * 8 && words[i + 2] == words[i])
            return true;
    return false;
}

static bool all_threads_known(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->thread_count; i++)
        if (snapshot->threads[i].stack_pointer == 0 && snapshot->threads[i].thread_pointer == 0)
            return false;
    return true;
}

static int compare_parts(const void *left, const void *right)
{
    const struct stack_part *a = left, *b = right;

    return a->start < b->start ? -1 : a->start > b->start;
}

static size_t merge(struct stack_part *parts, size_t count)
{
    size_t merged = 0;

    qsort(parts, count, sizeof *parts, compare_parts);
    for (size_t i = 0; i < count; i++) {
        if (merged == 0 || parts[i].start > parts[merged - 1].end)
            parts[merged++] = parts[i];
        else if (parts[i].end > parts[merged - 1].end)
            parts[merged - 1].end = parts[i].end;
    }
    return merged;
}

struct stack_part *thread_stacks_alive(const struct snapshot *snapshot, size_t *count)
{
    struct parts parts = {.items = xmalloc(sizeof *parts.items), .capacity = 1};
    bool *used = xcalloc(snapshot->region_count, sizeof *used);
    bool may_be_kept = all_threads_known(snapshot);

    for (size_t i = 0; i < snapshot->thread_count; i++)
        add_thread(snapshot, &snapshot->threads[i], &parts, used);
    for (size_t i = 0; i < snapshot->region_count; i++) {
        const struct memory_region *region = &snapshot->regions[i];
        if (!is_stack(region) || used[i] || region->start >= region->end)
            continue;
        if (region->kind == REGION_STACK || !may_be_kept || !is_kept_stack(snapshot, region))
            add_part(&parts, region->start, region->end);
    }
    free(used);
    *count = merge(parts.items, parts.count);
    return parts.items;
}
