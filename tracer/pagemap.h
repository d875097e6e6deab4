/* SPDX-License-Identifier: MIT
 *
 * Which pages of a process are there, by /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst of Linux). Since Linux 6.7 one
 * PAGEMAP_SCAN tells whole runs of them; before, each page has a word of its own to be read. */
#ifndef LEAKWATCH_TRACER_PAGEMAP_H
#define LEAKWATCH_TRACER_PAGEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "page_runs.h"

struct pagemap {
    int file;     /* of /proc/PID/pagemap; -1: it could not be opened */
    bool no_scan; /* the kernel has no PAGEMAP_SCAN */
};

/* The first run of pages with data, in memory or swapped out, in [from, to), which are multiples of the page size. Returns 1 and
 * stores it; 0 if there is none; -errno if the kernel cannot tell. */
int pagemap_next_present(struct pagemap *pagemap, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end);

/* All pages of the mappings that are in memory, but for the kernel's shared page of zeros where it can be told (PAGEMAP_SCAN).
 * Without PAGEMAP_SCAN mappings without any rights, which are mostly vast reservations, are left out. Returns 0; -E2BIG if there
 * is more to look at than is reasonable, -errno. The caller releases `pages` with page_runs_finish() in all cases. */
int pagemap_resident(struct pagemap *pagemap, const struct memory_maps *maps, struct page_runs *pages);

/* Sums of pages. */
struct page_census {
    uint64_t present;   /* bytes in RAM */
    uint64_t exclusive; /* of these, in pages that nobody else has mapped */
};

/* Adds the pages of [start, end), multiples of the page size, to `census`. Returns 0; or -errno if the kernel does not tell, the
 * census as far as it got. */
int pagemap_count(const struct pagemap *pagemap, uint64_t start, uint64_t end, struct page_census *census);

#endif
