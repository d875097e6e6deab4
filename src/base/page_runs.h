/* SPDX-License-Identifier: MIT
 *
 * Which pages of a process hold data: runs of them, sorted and disjoint. */
#ifndef LEAKWATCH_BASE_PAGE_RUNS_H
#define LEAKWATCH_BASE_PAGE_RUNS_H

#include <stddef.h>
#include <stdint.h>

struct page_run {
    uint64_t start, end;
};

struct page_runs {
    struct page_run *runs; /* owned */
    size_t count, capacity;
};

/* Adds [start, end), which must not begin before the end of the last run; one that follows directly makes that longer. */
void page_runs_add(struct page_runs *pages, uint64_t start, uint64_t end);
void page_runs_finish(struct page_runs *pages);
/* Bytes in all runs. */
uint64_t page_runs_bytes(const struct page_runs *pages);
/* Adds to `common`, which is empty, what lies in both. */
void page_runs_intersect(const struct page_runs *one, const struct page_runs *other, struct page_runs *common);

/* Where a walk over ascending addresses stands in the runs; all zero but for `pages`: at their beginning. */
struct page_cursor {
    const struct page_runs *pages;
    size_t next;
};

/* Bytes of [from, to) that lie in runs. Steps from run to run as long as `from` does not fall from call to call, and searches anew
 * where it does. */
uint64_t page_cursor_bytes(struct page_cursor *cursor, uint64_t from, uint64_t to);

#endif
