/* SPDX-License-Identifier: MIT
 * The record of live blocks: one word for each. */
#ifndef LW_BLOCKS_H
#define LW_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "shim.h"
#include "threads.h"

/* A block as recorded. */
struct block {
    uint64_t word; /* as in ledger.h; LW_WORD_NONE: nothing is recorded for the address */
    uint64_t size; /* requested bytes */
};

/* Call each AFTER the allocator handed the block out, so that a word never describes memory that is not the program's. `caller`: of
 * the hook. Keeps errno. */
void block_taken(void *address, uint64_t size, enum lw_family family, const struct caller *caller);

/* Call each BEFORE the block goes back to the allocator: from then on another thread may get the same address. Reports faults; the
 * caller goes on as without us in any case. */
void block_given(void *address, enum lw_family family, const struct caller *caller);

/* For realloc: takes the word of a live block away, without counting it as freed, and keeps it in the thread's record, where the
 * supervisor sees it as live. Then exactly one of the two below. */
struct block block_move_begin(struct thread *thread, void *address, const struct caller *caller);
/* The block stayed what it was (realloc failed). */
void block_move_cancel(struct thread *thread, void *address, struct block block);
/* The block is gone; if it came back as another one, record that with block_taken(). */
void block_move_commit(struct thread *thread, struct block block);

/* The call site of a hook's caller; 0: not known. For what is no block. */
uint32_t block_call_site(const struct caller *caller);

/* What is recorded for `address`. */
struct block block_look(void *address);

/* Changes the family of a block that was recorded a moment ago by a nested hook. */
void block_set_family(void *address, enum lw_family family);

/* Marks a live block as one that shall never be reported. */
void block_ignore(void *address);

/* Records a mapping, or takes away all that start in [address, address + size). Not heap: never counted, never a fault. */
void mapping_taken(void *address, uint64_t size, enum lw_family family, const struct caller *caller);
void mapping_given(void *address, uint64_t size);

#endif
