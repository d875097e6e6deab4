/* SPDX-License-Identifier: MIT
 *
 * The stack of a thread that stands still, walked from outside. Pure: memory and unwind rows are handed in. */
#ifndef LEAKWATCH_TRACER_UNWIND_STACK_WALK_H
#define LEAKWATCH_TRACER_UNWIND_STACK_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory_view.h"
#include "unwind_table.h"

struct walk_code {
    /* How to step out of the frame that is at this instruction. */
    struct unwind_row (*row)(void *context, uint64_t pc);
    void *context;
};

/* Where a thread stands. `pc` is behind the instruction that it is at, as a return address is. */
struct walk_place {
    uint64_t pc, sp, bp;
};

/* Stores at most `limit` return addresses, innermost first, that of `start` included. Returns how many. */
size_t stack_walk(const struct memory_view *memory, const struct walk_code *code, struct walk_place start, uint64_t *frames,
                  size_t limit);

#endif
