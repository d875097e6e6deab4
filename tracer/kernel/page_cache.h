/* SPDX-License-Identifier: MIT
 *
 * Memory of a stopped thread, read a page at a time and kept while it stands there: the arguments of one call lie close together
 * (the strings of an argv, the parts of an iovec), and a system call for a page costs little more than one for a word. */
#ifndef LEAKWATCH_TRACER_KERNEL_PAGE_CACHE_H
#define LEAKWATCH_TRACER_KERNEL_PAGE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory_view.h"

enum { PAGE_CACHE_PAGES = 8, PAGE_CACHE_PAGE_SIZE = 4096 };

struct page_cache {
    struct memory_view memory; /* what is read */
    size_t count, next;        /* pages in use, and which one is given up next */
    uint64_t addresses[PAGE_CACHE_PAGES];
    char pages[PAGE_CACHE_PAGES][PAGE_CACHE_PAGE_SIZE];
};

/* Forgets everything; from now on it is of this memory. To be called at each stop: what others have written meanwhile must be seen.
 */
void page_cache_begin(struct page_cache *cache, const struct memory_view *memory);
/* A view through `cache`, which must outlive it. */
struct memory_view page_cache_view(struct page_cache *cache);

#endif
