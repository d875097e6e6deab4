/* SPDX-License-Identifier: MIT
 *
 * Sums blocks up by kind, call site and allocator. */
#ifndef LEAKWATCH_HEAP_LEAKS_H
#define LEAKWATCH_HEAP_LEAKS_H

#include "block_table.h"
#include "flood.h"
#include "leak_scan.h"

/* The kind of a block, from its marks (enum block_mark) once they are complete. */
enum leak_kind leak_kind_of(uint8_t marks);

/* Definite, indirect or possible. */
static inline bool leak_kind_is_lost(enum leak_kind kind)
{
    return kind == LEAK_DEFINITE || kind == LEAK_INDIRECT || kind == LEAK_POSSIBLE;
}

/* The call site of a block; 0, not known, if it names none. */
static inline uint32_t leak_site_of(const struct heap_block *block, size_t site_count)
{
    return block->site < site_count ? block->site : 0;
}

/* What is known of each block. */
struct block_verdicts {
    const uint8_t *marks;   /* complete */
    const uint32_t *owners; /* as from classify_lost() */
};

/* Fills in records, totals, and what is not confirmed. */
void leaks_sum_up(const struct block_table *table, size_t site_count, const struct block_verdicts *verdicts,
                  const struct leak_wishes *wishes, struct leak_result *result);

#endif
