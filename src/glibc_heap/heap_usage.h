/* SPDX-License-Identifier: MIT
 *
 * Where the memory is: the last step, over what the others found. */
#ifndef LEAKWATCH_GLIBC_HEAP_USAGE_H
#define LEAKWATCH_GLIBC_HEAP_USAGE_H

struct heap_walk;

/* Adds up live blocks, mapped chunks, top chunks and what could be given back, and takes all blocks out of the result that are not
 * live. */
void heap_usage_sum(struct heap_walk *walk);

#endif
