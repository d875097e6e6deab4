/* SPDX-License-Identifier: MIT
 *
 * From an address to the block that it points to.
 *
 * A bit for each granule (16 bytes, or 8 if a block needs it) tells where blocks start. 64 such bits and the number of the first
 * block at or above them form a line, so the number of a block is one memory access and a population count away, and the block
 * before any address is known without searching backwards. Lines exist for each slot of 1 MiB in which a block starts, found
 * through two levels of tables. An index costs 1.6% of the heap's address space with 16-byte granules. */
#ifndef LEAKWATCH_HEAP_BLOCK_INDEX_H
#define LEAKWATCH_HEAP_BLOCK_INDEX_H

#include "block_table.h"

#define SLOT_SHIFT  20
#define SLOT_SIZE   (UINT64_C(1) << SLOT_SHIFT)
#define SLOTS_BITS  14 /* slots in a table */
#define SLOTS_SHIFT (SLOT_SHIFT + SLOTS_BITS)
#define SLOT_TABLES (1 << (47 - SLOTS_SHIFT))
#define NO_BLOCK    UINT32_MAX

struct index_line {
    uint64_t starts; /* bit n: a block starts in the n-th granule */
    uint32_t first;  /* number of the first block at or above the line */
};

struct block_index {
    const struct block_table *table;
    uint64_t low, span; /* a word points to no block unless word - low < span */
    unsigned granule_shift;
    uint32_t *spanning; /* blocks that cover a slot in which none starts, ascending */
    size_t spanning_count, spanning_capacity;
    struct index_line **tables[SLOT_TABLES]; /* of 1 << SLOTS_BITS slots, NULL where no block starts */
};

/* The table must outlive the index. Never NULL. */
struct block_index *block_index_create(const struct block_table *table);
void block_index_destroy(struct block_index *index);

/* The line for an address for which address - low < span; NULL if no block starts in its slot. */
static inline const struct index_line *block_index_line(const struct block_index *index, uint64_t address)
{
    struct index_line **slots = index->tables[address >> SLOTS_SHIFT];
    struct index_line *lines = slots ? slots[address >> SLOT_SHIFT & ((1 << SLOTS_BITS) - 1)] : NULL;

    return lines ? lines + ((address & (SLOT_SIZE - 1)) >> (index->granule_shift + 6)) : NULL;
}

/* Does a block start at the address, which is in the line? */
static inline bool block_index_is_start(const struct block_index *index, const struct index_line *line, uint64_t address)
{
    uint64_t granule = address >> index->granule_shift;

    return granule << index->granule_shift == address && (line->starts >> (granule & 63) & 1);
}

/* The last of the blocks that start at or below the address, in its line or before it; NO_BLOCK if there is none. */
static inline uint32_t block_index_last_start(const struct block_index *index, const struct index_line *line, uint64_t address)
{
    uint64_t up_to = ~UINT64_C(0) >> (63 - (address >> index->granule_shift & 63));

    /* No block below gives 0 - 1 = NO_BLOCK. */
    return line->first + (uint32_t)__builtin_popcountll(line->starts & up_to) - 1;
}

/* The last of the spanning blocks that start at or below the address; NO_BLOCK if there is none. */
uint32_t block_index_last_spanning(const struct block_index *index, uint64_t address);

/* The block of which the address is a part, the empty operator new[] included (see block_is_empty_array); NO_BLOCK if none. */
uint32_t block_index_find(const struct block_index *index, uint64_t address);

#endif
