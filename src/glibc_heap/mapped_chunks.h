/* SPDX-License-Identifier: MIT
 *
 * Blocks so large that each has a mapping of its own. No list of them exists: they are recognised by their headers, and compared
 * with what malloc counts. */
#ifndef LEAKWATCH_GLIBC_HEAP_MAPPED_CHUNKS_H
#define LEAKWATCH_GLIBC_HEAP_MAPPED_CHUNKS_H

struct heap_walk;

/* Adds an extent for each, and sorts the extents. Those of arenas must be known. */
void mapped_chunks_find(struct heap_walk *walk);

#endif
