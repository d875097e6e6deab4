/* SPDX-License-Identifier: MIT
 *
 * Blocks that lie on pages which nobody has touched. */
#ifndef LEAKWATCH_HEAP_COLD_BLOCKS_H
#define LEAKWATCH_HEAP_COLD_BLOCKS_H

#include "base/page_runs.h"

/* Pages of memory in which blocks may lie. */
struct cold_pages {
    struct page_runs data;      /* those with data, in RAM or swapped out */
    struct page_runs untouched; /* a part of them */
};
void cold_pages_finish(struct cold_pages *pages);

/* Where a walk over blocks in ascending order stands in the pages. */
struct cold_cursor {
    struct page_cursor data, untouched;
};
static inline struct cold_cursor cold_cursor_begin(const struct cold_pages *pages)
{
    return (struct cold_cursor){{.pages = &pages->data}, {.pages = &pages->untouched}};
}

/* Bytes of a block [start, end) that are cold: those on pages with data, if all of these are untouched; else 0. What was never used
 * takes no memory and is not cold. */
uint64_t cold_cursor_bytes(struct cold_cursor *cursor, uint64_t start, uint64_t end);

#endif
