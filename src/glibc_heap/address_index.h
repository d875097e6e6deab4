/* SPDX-License-Identifier: MIT
 *
 * Finds an element by its address in a large sorted array: a table of pages leads to the few that start in the same page. */
#ifndef LEAKWATCH_GLIBC_HEAP_ADDRESS_INDEX_H
#define LEAKWATCH_GLIBC_HEAP_ADDRESS_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* Addresses without large gaps. */
struct address_run {
    uint64_t start; /* of the first page */
    size_t pages;
    size_t first;     /* element */
    uint32_t *starts; /* for each page and one more: the first element at or above it, counted from `first` */
};

struct address_index {
    const char *items;
    size_t count, stride;
    struct address_run *runs;
    size_t run_count;
};

/* `items` are `count` elements of `stride` bytes, sorted; the low 48 bits of their first word are the address. They must outlive
 * the index. */
void address_index_init(struct address_index *index, const void *items, size_t count, size_t stride);
void address_index_finish(struct address_index *index);

/* The number of the element with that address; SIZE_MAX if there is none. */
size_t address_index_find(const struct address_index *index, uint64_t address);

#endif
