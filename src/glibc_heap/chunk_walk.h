/* SPDX-License-Identifier: MIT
 *
 * Goes through the chunks of an extent one by one: those in use become blocks, those in bins free chunks. */
#ifndef LEAKWATCH_GLIBC_HEAP_CHUNK_WALK_H
#define LEAKWATCH_GLIBC_HEAP_CHUNK_WALK_H

#include <stdint.h>

struct heap_walk;
struct extent;

/* To be called once all extents are known. */
void chunk_walk_begin(struct heap_walk *walk);

/* Appends the blocks and free chunks of the extent, and notes what is wrong. What comes after a fault in an extent is left out. */
void chunk_walk_run(struct heap_walk *walk, const struct extent *extent);

/* Follows a chain of chunks of the main arena that starts at `start`, without keeping any. Returns where it ends: behind the
 * fenceposts, or at the end of the top chunk; 0 if it is no such chain. */
uint64_t chunk_walk_try(struct heap_walk *walk, uint64_t start, uint64_t limit);

#endif
