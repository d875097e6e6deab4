/* SPDX-License-Identifier: MIT */
#include "page_runs.h"

#include <stdlib.h>

#include "xalloc.h"

void page_runs_add(struct page_runs *pages, uint64_t start, uint64_t end)
{
    if (start >= end)
        return;
    if (pages->count > 0 && pages->runs[pages->count - 1].end == start) {
        pages->runs[pages->count - 1].end = end;
        return;
    }
    pages->runs = xgrow(pages->runs, &pages->capacity, pages->count + 1, sizeof *pages->runs);
    pages->runs[pages->count++] = (struct page_run){start, end};
}

void page_runs_finish(struct page_runs *pages)
{
    free(pages->runs);
    *pages = (struct page_runs){0};
}

uint64_t page_runs_bytes(const struct page_runs *pages)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < pages->count; i++)
        bytes += pages->runs[i].end - pages->runs[i].start;
    return bytes;
}

void page_runs_intersect(const struct page_runs *one, const struct page_runs *other, struct page_runs *common)
{
    for (size_t i = 0, k = 0; i < one->count && k < other->count;) {
        const struct page_run *left = &one->runs[i], *right = &other->runs[k];
        page_runs_add(common, left->start > right->start ? left->start : right->start,
                      left->end < right->end ? left->end : right->end);
        if (left->end < right->end)
            i++;
        else
            k++;
    }
}

/* The first run that ends above `address`. */
static size_t find_run(const struct page_runs *pages, uint64_t address)
{
    size_t low = 0, high = pages->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pages->runs[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Most steps are to the run at hand or to the next one; a far one is searched for. */
static void move_to(struct page_cursor *cursor, uint64_t address)
{
    enum { STEPS_MAX = 4 };
    const struct page_runs *pages = cursor->pages;

    if (cursor->next > 0 && pages->runs[cursor->next - 1].end > address) {
        cursor->next = find_run(pages, address);
        return;
    }
    for (int step = 0; cursor->next < pages->count && pages->runs[cursor->next].end <= address; step++, cursor->next++)
        if (step == STEPS_MAX) {
            cursor->next = find_run(pages, address);
            return;
        }
}

uint64_t page_cursor_bytes(struct page_cursor *cursor, uint64_t from, uint64_t to)
{
    const struct page_runs *pages = cursor->pages;
    uint64_t bytes = 0;

    if (from >= to)
        return 0;
    move_to(cursor, from);
    for (size_t i = cursor->next; i < pages->count && pages->runs[i].start < to; i++) {
        const uint64_t start = pages->runs[i].start > from ? pages->runs[i].start : from;
        const uint64_t end = pages->runs[i].end < to ? pages->runs[i].end : to;
        bytes += end - start;
    }
    return bytes;
}
