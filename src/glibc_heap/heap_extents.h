/* SPDX-License-Identifier: MIT
 *
 * Where the chunks of arenas lie. */
#ifndef LEAKWATCH_GLIBC_HEAP_EXTENTS_H
#define LEAKWATCH_GLIBC_HEAP_EXTENTS_H

struct heap_walk;

/* Adds the extents of all arenas that are not locked, and sorts them. What makes no sense is noted as a problem, and left out. */
void heap_extents_find(struct heap_walk *walk);

#endif
