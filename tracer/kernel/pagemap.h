/* SPDX-License-Identifier: MIT
 *
 * Which pages of a process are there, by /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst of Linux). Since Linux 6.7 one
 * PAGEMAP_SCAN tells whole runs of them; before, each page has a word of its own to be read. */
#ifndef LEAKWATCH_TRACER_KERNEL_PAGEMAP_H
#define LEAKWATCH_TRACER_KERNEL_PAGEMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/maps.h"
#include "base/page_runs.h"

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

/* Adds the pages of [from, to) with data, in memory or swapped out, to `data` (NULL: not wanted), and to `untouched` those of them
 * that are write-protected by a userfaultfd(2) with UFFD_FEATURE_WP_ASYNC and have not been written since. With `protect` all
 * pages with data are protected anew, in the same moment as they are looked at; pages that no such descriptor has are left out
 * then. Needs PAGEMAP_SCAN. Returns 0 or -errno. */
int pagemap_unwritten(struct pagemap *pagemap, uint64_t from, uint64_t to, bool protect, struct page_runs *data,
                      struct page_runs *untouched);

/* Words of pages as Documentation/admin-guide/mm/pagemap.rst has them. */
#define PAGEMAP_IS_PRESENT    (UINT64_C(1) << 63)
#define PAGEMAP_IS_SWAPPED    (UINT64_C(1) << 62)
#define PAGEMAP_IS_EXCLUSIVE  (UINT64_C(1) << 56)
#define PAGEMAP_IS_SOFT_DIRTY (UINT64_C(1) << 55)
#define PAGEMAP_FRAME         ((UINT64_C(1) << 55) - 1) /* number of the page frame, if present; 0 for who may not know it */

/* Called for pages with data, in ascending order. */
typedef void pagemap_visit(void *context, uint64_t address, uint64_t word);
/* Visits the pages of [from, to) that hold data. Returns 0; or -errno if the kernel does not tell. */
int pagemap_visit_present(struct pagemap *pagemap, uint64_t from, uint64_t to, pagemap_visit *visit, void *context);

/* Sums of pages. */
struct page_census {
    uint64_t present;   /* bytes in RAM */
    uint64_t exclusive; /* of these, in pages that nobody else has mapped */
};

/* Adds the pages of [start, end), multiples of the page size, to `census`. Returns 0; or -errno if the kernel does not tell, the
 * census as far as it got. */
int pagemap_count(const struct pagemap *pagemap, uint64_t start, uint64_t end, struct page_census *census);

#endif
