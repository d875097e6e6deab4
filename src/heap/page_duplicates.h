/* SPDX-License-Identifier: MIT
 *
 * How many pages of blocks have equal contents, and what it would save to merge them as KSM does
 * (Documentation/admin-guide/mm/ksm.rst of Linux). */
#ifndef LEAKWATCH_HEAP_PAGE_DUPLICATES_H
#define LEAKWATCH_HEAP_PAGE_DUPLICATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block_table;
struct memory_view;

struct duplicate_settings {
    /* Pages that may share one: /sys/kernel/mm/ksm/max_page_sharing, of which the kernel's default is 256. */
    uint64_t sharing_max;
    /* Of a page; NULL: the usual one. Pages of equal hash are compared. */
    uint64_t (*hash)(const void *page, size_t size);
};

/* Pages. */
struct duplicate_count {
    uint64_t pages;      /* with data */
    uint64_t zero_pages; /* of these, full of zeros */
    uint64_t contents;   /* different contents among the others */
    uint64_t saved; /* that merging would make free, those of zeros included: of n equal pages, n - n / sharing_max, rounded up */
};

struct page_duplicates {
    bool counted;
    struct duplicate_count live; /* pages on which blocks lie */
    struct duplicate_count lost; /* of these, those on which only lost blocks lie, merged among themselves */
    uint64_t unreadable_bytes;
};

/* Reads all pages with data on which blocks lie; the process must stand still. `marks`: complete, of each block. */
void page_duplicates_count(const struct block_table *table, const uint8_t *marks, const struct memory_view *memory,
                           const struct duplicate_settings *settings, struct page_duplicates *result);

/* Bytes that merging would save, less the kernel's record of 64 bytes for each page that it looks at (struct ksm_rmap_item); may be
 * negative. The formula is that of general_profit in ksm.rst. */
int64_t duplicate_count_profit(const struct duplicate_count *count);

#endif
