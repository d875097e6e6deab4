/* SPDX-License-Identifier: MIT
 *
 * One singly linked list of free chunks that are marked as in use. */
#ifndef LEAKWATCH_GLIBC_HEAP_CACHED_LIST_H
#define LEAKWATCH_GLIBC_HEAP_CACHED_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_walk;
struct address_index;

struct cached_list {
    uint64_t first; /* what the head of the list says; 0: empty */
    uint64_t shift; /* from what links say to blocks: 0 in a tcache, CHUNK_HEADER in fast bins */
    unsigned bin;
    bool (*fits)(uint64_t chunk_size, unsigned bin); /* may a chunk of that size be in the list? */
    size_t limit;                                    /* blocks it may have */
    size_t length;                                   /* found out: blocks that are right */
    uint64_t fault;                                  /* found out: what the list leads to that is wrong; 0: nothing */
    bool cut;                                        /* found out: it leads into an arena that was left out */
};

/* Follows the list over live blocks, and marks them with a use of enum block_use and adds them up, unless that is BLOCK_LIVE.
 * Whether links are protected is found out from the first list that has a block. */
void cached_list_follow(struct heap_walk *walk, const struct address_index *blocks, struct cached_list *list, unsigned use);

#endif
