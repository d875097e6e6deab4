/* SPDX-License-Identifier: MIT */
#include "address_space.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tracer/cold/cold_watch.h"

struct address_space *address_space_create(pid_t owner)
{
    struct address_space *space = xcalloc(1, sizeof *space);

    space->users = 1;
    space->owner = owner;
    tracee_memory_init(&space->memory, owner);
    return space;
}

struct address_space *address_space_copy(const struct address_space *original, pid_t owner)
{
    struct address_space *space = address_space_create(owner);

    space->copied = true;
    space->shim_expected = original->shim_expected;
    space->shim_mapped = original->shim_mapped;
    space->ledger = original->ledger;
    space->sample = original->sample;
    space->own = original->own;
    space->own.counted[RAISED_MEMLOCK] = 0; /* fork(2): what it copies is not locked */
    module_history_copy(&space->modules, &original->modules);
    space->stacks = xgrow(NULL, &space->stack_capacity, original->stack_count, sizeof *space->stacks);
    space->stack_count = original->stack_count;
    if (space->stack_count > 0)
        memcpy(space->stacks, original->stacks, space->stack_count * sizeof *space->stacks);
    return space;
}

struct address_space *address_space_ref(struct address_space *space)
{
    space->users++;
    return space;
}

void address_space_unref(struct address_space *space)
{
    if (space == NULL || --space->users > 0)
        return;
    cold_watch_destroy(space->cold);
    tracee_memory_finish(&space->memory);
    module_history_finish(&space->modules);
    code_map_finish(&space->code);
    lock_replay_finish(&space->locks);
    free(space->stacks);
    free(space);
}

void address_space_add_stack(struct address_space *space, uint64_t start, uint64_t size)
{
    space->stacks = xgrow(space->stacks, &space->stack_capacity, space->stack_count + 1, sizeof *space->stacks);
    space->stacks[space->stack_count++] = (struct address_range){start, start + size};
}

void address_space_remove_stacks(struct address_space *space, uint64_t start, uint64_t size)
{
    const uint64_t end = start + size;
    const size_t count = space->stack_count;
    size_t kept = 0;

    /* A range cut in the middle keeps its upper part: that is where the thread descriptor lies. */
    for (size_t i = 0; i < count; i++) {
        struct address_range range = space->stacks[i];
        if (range.start < end && start < range.end) {
            if (end < range.end)
                range.start = end;
            else
                range.end = start > range.start ? start : range.start;
        }
        if (range.start < range.end)
            space->stacks[kept++] = range;
    }
    space->stack_count = kept;
}
