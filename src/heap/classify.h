/* SPDX-License-Identifier: MIT
 *
 * Why is a block definitely lost, or only indirectly?
 *
 * A block that no other lost block points to is lost for itself: definite. What hangs below is lost with it: indirect. In a ring
 * every block is pointed to; if nothing from outside points into it, one of its blocks, the representative, is definite and the
 * others are indirect. The representative is the block with the lowest epoch, of these the one with the lowest address. */
#ifndef LEAKWATCH_HEAP_CLASSIFY_H
#define LEAKWATCH_HEAP_CLASSIFY_H

#include "flood.h"

/* Gives MARK_DEFINITE (beside MARK_POINTED_TO if it stands for a ring) or MARK_INDIRECT to all blocks that have neither
 * MARK_REACHABLE nor MARK_POSSIBLE. Stores in owners[n], for each indirect block n, the definite block that it is counted with: of
 * those that reach it the one with the lowest address, not counting rings; if only rings reach it, the one whose representative
 * comes last. Nothing depends on the order in which pointers or blocks were found. */
void classify_lost(const struct block_table *table, const struct pointer_graph *graph, uint8_t *marks, uint32_t *owners);

#endif
