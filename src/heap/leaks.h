/* SPDX-License-Identifier: MIT
 *
 * Sums blocks up by kind, call site and allocator. */
#ifndef LEAKWATCH_HEAP_LEAKS_H
#define LEAKWATCH_HEAP_LEAKS_H

#include "heap/block_table.h"
#include "heap/flood.h"
#include "heap/leak_scan.h"

/* The kind of a block, from its marks (enum block_mark) once they are complete. */
enum leak_kind leak_kind_of(uint8_t marks);

/* The call site of a block; 0, not known, if it names none. */
static inline uint32_t leak_site_of(const struct heap_block *block, size_t site_count)
{
    return block->site < site_count ? block->site : 0;
}

/* Fills in records and totals. `owners` as from classify_lost(). */
void leaks_sum_up(const struct block_table *table, size_t site_count, const uint8_t *marks, const uint32_t *owners,
                  struct leak_result *result);

#endif
