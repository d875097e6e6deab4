/* SPDX-License-Identifier: MIT
 *
 * Flood fill over the pointer graph: marks all blocks that can be reached. */
#ifndef LEAKWATCH_HEAP_FLOOD_H
#define LEAKWATCH_HEAP_FLOOD_H

#include "pointer_graph.h"

/* What is known of a block. */
enum block_mark {
    MARK_REACHABLE = 1,
    MARK_POSSIBLE = 2, /* means nothing beside MARK_REACHABLE */
    MARK_DEFINITE = 4,
    MARK_INDIRECT = 8,
    MARK_SUPPRESSED = 16, /* outweighs all but MARK_REACHABLE */
    MARK_LEAF = 32,       /* holds no pointers, so there is nothing to follow */
    MARK_POINTED_TO = 64, /* by another lost block; a definite one is so only if it stands for a ring */
    MARK_TRIED = 128,
};

struct flood {
    const struct pointer_graph *graph;
    uint8_t *marks;   /* of all blocks and of the roots' row */
    uint8_t stop;     /* blocks that have one of these marks are not entered */
    uint8_t mark;     /* what blocks get that are entered */
    uint32_t *owners; /* NULL, or gets `owner` for each block entered through a pointer */
    uint32_t owner;
    /* NULL: pointers into the inside of a block are followed like others. Otherwise they are handed over instead. */
    void (*interior)(void *context, uint32_t target, uint32_t offset);
    void *context;
    uint32_t *stack;
    size_t count, capacity;
};

/* Enters a block, whatever its marks. */
void flood_enter(struct flood *flood, uint32_t block);
/* Follows pointers from the blocks entered until there is nothing left to do. */
void flood_run(struct flood *flood);
void flood_finish(struct flood *flood);

#endif
