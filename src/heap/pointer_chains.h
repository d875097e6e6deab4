/* SPDX-License-Identifier: MIT
 *
 * The shortest chain of pointers from the roots to each block. */
#ifndef LEAKWATCH_HEAP_POINTER_CHAINS_H
#define LEAKWATCH_HEAP_POINTER_CHAINS_H

#include "pointer_graph.h"

struct pointer_chains {
    size_t block_count; /* also the number that stands for the roots */
    uint32_t *before;   /* by block: the one before it in its chain, or the roots; NO_BLOCK: nothing leads to it */
    uint32_t *lengths;  /* by block: how many blocks its chain has, itself included */
};

/* Chains of pointers to the start of blocks come first, whatever their length; others are for blocks that no such chain leads to.
 * Takes 12 bytes for each block, 8 of which stay. */
void pointer_chains_init(struct pointer_chains *chains, const struct pointer_graph *graph);
void pointer_chains_finish(struct pointer_chains *chains);

#endif
