/* SPDX-License-Identifier: MIT
 *
 * The blocks of a snapshot, made safe to work with. A ledger may be corrupt, so nothing is taken for granted: afterwards addresses
 * are multiples of 8, not in the first page, below 2^47, strictly ascending, and no block reaches into the next one. Blocks are
 * known by their number. */
#ifndef LEAKWATCH_HEAP_BLOCK_TABLE_H
#define LEAKWATCH_HEAP_BLOCK_TABLE_H

#include "snapshot.h"

#define ADDRESS_LIMIT   (UINT64_C(1) << 47)    /* end of user addresses */
#define BLOCK_COUNT_MAX (UINT32_C(0x7ffffffe)) /* numbers must leave room for a flag and for the roots, see pointer_graph.h */

struct block_table {
    const struct heap_block *blocks;
    size_t count;
    size_t left_out;          /* records that cannot be blocks, or that start where another one does */
    bool fine;                /* some address is no multiple of 16 */
    struct heap_block *owned; /* the cleaned copy, where one was needed */
};

/* Uses the snapshot's blocks in place where they are in order, and otherwise works on a cleaned copy. */
void block_table_init(struct block_table *table, const struct snapshot *snapshot);
void block_table_finish(struct block_table *table);

/* One past the last byte of the block's content: where its size says, but not beyond the start of the next block. */
static inline uint64_t block_content_end(const struct block_table *table, size_t number)
{
    const struct heap_block *block = &table->blocks[number];
    uint64_t end = block->address + block->size;
    uint64_t limit = number + 1 < table->count ? block[1].address : ADDRESS_LIMIT;

    return end < limit ? end : limit;
}

/* One past the last address that points to the block: an empty block counts as one byte. */
static inline uint64_t block_end(const struct block_table *table, size_t number)
{
    const struct heap_block *block = &table->blocks[number];

    return block->size ? block_content_end(table, number) : block->address + 1;
}

/* operator new[] for no elements of a class with a destructor takes 8 bytes for the number of elements, and returns the address
 * behind them: one past the end is then the pointer that the program keeps. */
static inline bool block_is_empty_array(const struct heap_block *block)
{
    return block->allocator == HEAP_NEW_ARRAY && block->size == 8;
}

/* Does the address, which is not below the block's start, point to the block? */
static inline bool block_holds(const struct block_table *table, uint32_t number, uint64_t address)
{
    const struct heap_block *block = &table->blocks[number];

    return address < block_end(table, number) || (address == block->address + 8 && block_is_empty_array(block));
}

/* How far into the block a pointer that it holds leads; 0: it is one to its start. */
static inline uint64_t block_pointer_offset(const struct block_table *table, uint32_t number, uint64_t pointer)
{
    const struct heap_block *block = &table->blocks[number];
    uint64_t offset = pointer - block->address;

    return offset == 8 && block_is_empty_array(block) ? 0 : offset;
}

/* The number of the first block that starts at or above `address`; the count if there is none. */
size_t block_table_lower_bound(const struct block_table *table, uint64_t address);

#endif
