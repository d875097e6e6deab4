/* SPDX-License-Identifier: MIT
 * Where the pages of a range are, page by page (/proc/PID/pagemap; Documentation/admin-guide/mm/pagemap.rst). */
#ifndef LEAKWATCH_TRACER_PAGE_CENSUS_H
#define LEAKWATCH_TRACER_PAGE_CENSUS_H

#include <stdint.h>

struct tracee_memory;

struct page_census {
    uint64_t present;   /* bytes in RAM */
    uint64_t exclusive; /* of these, in pages that nobody else has mapped */
};

/* Adds the pages of [start, end) to `census`. Returns 0; or -errno if the kernel does not tell, the census as far as it got. */
int page_census_add(const struct tracee_memory *memory, uint64_t start, uint64_t end, struct page_census *census);

#endif
