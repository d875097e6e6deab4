/* SPDX-License-Identifier: MIT
 *
 * Pages that nobody has accessed, by the kernel's bitmap of page frames (Documentation/admin-guide/mm/idle_page_tracking.rst of
 * Linux). Needs the right to see page frames. */
#ifndef LEAKWATCH_TRACER_COLD_IDLE_PAGES_H
#define LEAKWATCH_TRACER_COLD_IDLE_PAGES_H

#include <stdint.h>

#include "tracer/kernel/pagemap.h"

#define IDLE_PAGES_BITMAP "/sys/kernel/mm/page_idle/bitmap"

/* Calls the pages of [from, to) with data idle. Returns 0; -EPERM: frames are not to be seen; -errno. */
int idle_pages_mark(int bitmap, struct pagemap *pagemap, uint64_t from, uint64_t to);

/* Adds the pages of [from, to) with data to `data`, and those that are still idle to `idle`: what was swapped out since, or has got
 * another frame, is not. Returns 0 or -errno. */
int idle_pages_collect(int bitmap, struct pagemap *pagemap, uint64_t from, uint64_t to, struct page_runs *data,
                       struct page_runs *idle);

#endif
