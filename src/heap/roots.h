/* SPDX-License-Identifier: MIT
 *
 * Where a program can get at a block from: registers, stacks, static and thread-local data, other memory that it mapped. */
#ifndef LEAKWATCH_HEAP_ROOTS_H
#define LEAKWATCH_HEAP_ROOTS_H

#include "heap/block_index.h"
#include "heap/pointer_graph.h"
#include "heap/range_reader.h"

/* Reads all roots and adds their words to the collector, behind those of all blocks.
 *
 *   registers of each thread, unless they are dead; root_words
 *   stacks from where they are alive: [stack_alive, end of the thread descriptor or of the region); the whole stack of a thread
 * that runs elsewhere at the moment (coroutine, alternate signal stack); not the stack that the C library keeps of a thread that is
 * gone a block that a stack pointer lies in the dynamic thread vector (DTV) of each thread file-backed, shared and anonymous
 * memory, the latter without the pages that the allocator mapped for single blocks; of the C library's data only pointers to the
 * start of blocks, since the allocator's own state lies there root_ranges, blocks that are to be ignored, and blocks that the
 * dynamic linker took for itself */
void roots_collect(const struct snapshot *snapshot, const struct block_index *index, struct range_reader *reader,
                   struct pointer_collector *collector);

#endif
