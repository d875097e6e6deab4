/* SPDX-License-Identifier: MIT
 *
 * Stacks of threads in a process that was there before us, those that the C library keeps of threads that are gone included. */
#ifndef LEAKWATCH_TRACER_OUTSIDE_STACKS_H
#define LEAKWATCH_TRACER_OUTSIDE_STACKS_H

#include "maps.h"
#include "process_table.h"

/* Blocks that the descriptions of threads lead to: their vectors of thread-local storage. */
struct outside_stacks {
    uint64_t *blocks; /* owned */
    size_t count, capacity;
};

/* Adds the stacks to those that the address space knows of, and tells of the blocks. The process stands still. The caller releases
 * `found` with outside_stacks_finish(). */
void outside_stacks_find(struct process *process, const struct memory_maps *maps, struct outside_stacks *found);
void outside_stacks_finish(struct outside_stacks *found);

#endif
