/* SPDX-License-Identifier: MIT
 *
 * Chunks that are free though they are marked as in use: those in fast bins and in the caches of threads (tcache). Both are singly
 * linked lists of chunks of one size, as a rule. */
#ifndef LEAKWATCH_GLIBC_HEAP_CACHED_CHUNKS_H
#define LEAKWATCH_GLIBC_HEAP_CACHED_CHUNKS_H

struct heap_walk;

/* Marks the blocks in fast bins and tcaches, and the tcaches themselves, in heap_block.unused (enum block_use), and adds them up.
 */
void cached_chunks_mark(struct heap_walk *walk);

#endif
