/* SPDX-License-Identifier: MIT
 * Memory that belongs to somebody else: a live process, a core file, or bytes made up by a test. */
#ifndef LEAKWATCH_BASE_MEMORY_VIEW_H
#define LEAKWATCH_BASE_MEMORY_VIEW_H

#include <stddef.h>
#include <stdint.h>

struct memory_view {
    /* Copies up to `size` bytes from `address` to `buffer`. Returns the number of bytes copied from the start of the range; fewer
     * than `size` where the range runs into memory that cannot be read, 0 where the first byte cannot. Never fails otherwise. */
    size_t (*read)(void *context, uint64_t address, void *buffer, size_t size);
    /* Tells which pages hold data, so that untouched reservations need not be read: stores in [*start, *end) the first run of pages
     * with data within [from, to), page-aligned outward and clipped; returns 0 if there is none. NULL: assume all. */
    int (*next_present)(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end);
    void *context;
};

static inline size_t memory_read(const struct memory_view *view, uint64_t address, void *buffer, size_t size)
{
    return view->read(view->context, address, buffer, size);
}

/* Returns a copy of the text at `address`, to be freed, or NULL if it does not end within `limit` bytes, its end included, of
 * memory that can be read. */
char *memory_string(const struct memory_view *view, uint64_t address, size_t limit);

#endif
