/* SPDX-License-Identifier: MIT
 *
 * Stacks of threads in a process that was there before us, those that the C library keeps of threads that are gone included. Pure.
 */
#ifndef LEAKWATCH_TRACER_LOOKS_OUTSIDE_STACKS_H
#define LEAKWATCH_TRACER_LOOKS_OUTSIDE_STACKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/address_range.h"
#include "base/maps.h"
#include "base/memory_view.h"

struct outside_stacks {
    struct outside_stack {
        struct address_range range;
        uint64_t vector; /* block of the thread's vector of thread-local storage, to which its description leads */
    } * stacks;          /* owned */
    size_t count, capacity;
};

/* The process stands still. The caller releases `found` with outside_stacks_finish(). */
void outside_stacks_find(const struct memory_view *memory, const struct memory_maps *maps, struct outside_stacks *found);
void outside_stacks_finish(struct outside_stacks *found);

#endif
