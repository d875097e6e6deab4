/* SPDX-License-Identifier: MIT
 *
 * Which parts of the stacks are alive? */
#ifndef LEAKWATCH_HEAP_THREAD_STACKS_H
#define LEAKWATCH_HEAP_THREAD_STACKS_H

#include "snapshot.h"

struct stack_part {
    uint64_t start, end;
};

/* The live parts of all regions of kind REGION_STACK and REGION_THREAD_STACK, ascending and disjoint, `*count` of them.
 * A region that no thread uses counts as a whole (a coroutine's stack, or that of a thread of which nothing is known), unless it
 * ends with the descriptor of a thread that is gone: the C library keeps such stacks for the next thread. The caller frees the
 * array. */
struct stack_part *thread_stacks_alive(const struct snapshot *snapshot, size_t *count);

#endif
