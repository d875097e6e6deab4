/* SPDX-License-Identifier: MIT
 *
 * The unsorted, small and large bins: doubly linked lists of free chunks, which must be those that the walk met. */
#ifndef LEAKWATCH_GLIBC_HEAP_FREE_BINS_H
#define LEAKWATCH_GLIBC_HEAP_FREE_BINS_H

struct heap_walk;

/* Follows all bins of all arenas that are not locked, notes what is wrong, and adds up what is free. The last remainder needs no
 * care: as long as it is free it is in a bin, too. */
void free_bins_check(struct heap_walk *walk);

#endif
