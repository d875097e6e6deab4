/* SPDX-License-Identifier: MIT
 *
 * Where a program can get at a block from: registers, stacks, static and thread-local data, other memory that it mapped. */
#ifndef LEAKWATCH_HEAP_ROOTS_H
#define LEAKWATCH_HEAP_ROOTS_H

#include "block_index.h"
#include "pointer_graph.h"
#include "range_reader.h"

/* What kind of memory, or what else, holds a pointer. */
enum root_kind {
    ROOT_WORD,      /* one of snapshot->root_words: the kernel has it */
    ROOT_REGISTER,  /* of `thread` */
    ROOT_THREAD,    /* the block itself serves a thread: its stack pointer lies there, or it is its DTV */
    ROOT_DTV,       /* an entry of the dynamic thread vector of `thread` */
    ROOT_STACK,     /* in a live part of a stack */
    ROOT_REGION,    /* in other memory */
    ROOT_LIBC_DATA, /* in the data of the C library: only pointers to the start of blocks count */
    ROOT_RANGE,     /* in one of snapshot->root_ranges */
    ROOT_EXEMPT,    /* the block is not to be reported: the program said so, or the dynamic linker took it */
};

struct root_place {
    enum root_kind kind;
    const struct thread_state *thread; /* ROOT_REGISTER, ROOT_THREAD, ROOT_DTV; else NULL */
};

/* Takes what roots_walk() finds, in this order: words of roots, and blocks that are roots themselves. `address` is that of the
 * first word; of a register or a root word, which have none, the index. */
struct root_visitor {
    void (*words)(void *context, const struct root_place *place, uint64_t address, const uint64_t *words, size_t count);
    void (*block)(void *context, const struct root_place *place, uint32_t block);
    void *context;
};

/* Reads all roots and shows them to the visitor.
 *
 *   registers of each thread, unless they are dead; root_words
 *   stacks from where they are alive: [stack_alive, end of the thread descriptor or of the region); the whole stack of a thread
 *   that runs elsewhere at the moment (coroutine, alternate signal stack); not the stack that the C library keeps of a thread that
 *   is gone
 *   a block that a stack pointer lies in
 *   the dynamic thread vector (DTV) of each thread
 *   file-backed, shared and anonymous memory, the latter without the pages that the allocator mapped for single blocks
 *   root_ranges, blocks that are to be ignored, and blocks that the dynamic linker took for itself */
void roots_walk(const struct snapshot *snapshot, const struct block_index *index, struct range_reader *reader,
                const struct root_visitor *visitor);

/* Adds the words of all roots to the collector, behind those of all blocks. Of the C library's data only pointers to the start of
 * blocks count, since the allocator's own state lies there. */
void roots_collect(const struct snapshot *snapshot, const struct block_index *index, struct range_reader *reader,
                   struct pointer_collector *collector);

#endif
