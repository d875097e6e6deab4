/* SPDX-License-Identifier: MIT
 *
 * Which blocks can be reached from the roots, and how surely? */
#ifndef LEAKWATCH_HEAP_REACHABILITY_H
#define LEAKWATCH_HEAP_REACHABILITY_H

#include "flood.h"

/* Gives MARK_REACHABLE to blocks to which a chain of pointers to the start of blocks leads from the roots, and MARK_POSSIBLE to
 * others to which any chain of pointers leads. A pointer into the inside of a block that one of the rules in interior_pointer.h
 * fits counts as one to its start; for that blocks are read once more. `marks` has one entry for each block and one for the roots.
 */
void reachability_mark(const struct snapshot *snapshot, const struct block_table *table, const struct pointer_graph *graph,
                       uint8_t *marks);

#endif
