/* SPDX-License-Identifier: MIT
 *
 * A look at the heap of a process that was there before us, in place of the ledger: what is found, and who runs on if the moment
 * was a bad one. */
#ifndef LEAKWATCH_TRACER_OUTSIDE_LOOK_H
#define LEAKWATCH_TRACER_OUTSIDE_LOOK_H

#include <stdbool.h>

#include "ledger_reader.h"
#include "maps.h"
#include "outside_stacks.h"
#include "process_table.h"

struct outside_look {
    bool bad_moment; /* a thread was changing the heap: the look is to be taken again, in a moment */
    struct outside_stacks stacks;
};

/* Reads the heap of a process that stands still. `maps` NULL: they could not be read. Says in the record what could not be seen,
 * and after the last look marks the process to be let go. Returns whether the blocks are known; they are in `contents`, which the
 * caller releases with ledger_contents_finish() in all cases, and `look` with outside_look_finish(). */
bool outside_look_begin(struct outside_look *look, struct process *process, const struct memory_maps *maps,
                        struct ledger_contents *contents);
/* Adds to a snapshot made of `contents` what a ledger would have told: groups of blocks, and what threads hold. */
void outside_look_complete(const struct outside_look *look, struct snapshot *snapshot);
void outside_look_finish(struct outside_look *look);

#endif
