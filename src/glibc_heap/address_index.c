/* SPDX-License-Identifier: MIT */
#include "address_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define PAGE_SHIFT 12
#define GAP        (UINT64_C(1) << 20) /* a larger one is not worth its part of a table */

static uint64_t address_of(const struct address_index *index, size_t number)
{
    uint64_t word;

    memcpy(&word, index->items + number * index->stride, sizeof word);
    return word & ((UINT64_C(1) << 48) - 1);
}

static void add_run(struct address_index *index, size_t *capacity, size_t first, size_t end)
{
    uint64_t start = address_of(index, first) >> PAGE_SHIFT, last = address_of(index, end - 1) >> PAGE_SHIFT;
    struct address_run run = {start << PAGE_SHIFT, last - start + 1, first, NULL};
    size_t page = 0;

    run.starts = xreallocarray(NULL, run.pages + 1, sizeof *run.starts);
    for (size_t i = first; i < end; i++)
        for (; page <= (address_of(index, i) >> PAGE_SHIFT) - start; page++)
            run.starts[page] = (uint32_t)(i - first);
    run.starts[page] = (uint32_t)(end - first);
    index->runs = xgrow(index->runs, capacity, index->run_count + 1, sizeof *index->runs);
    index->runs[index->run_count++] = run;
}

void address_index_init(struct address_index *index, const void *items, size_t count, size_t stride)
{
    size_t capacity = 0, first = 0;

    *index = (struct address_index){.items = items, .count = count, .stride = stride};
    for (size_t i = 1; i <= count; i++) {
        if (i < count && address_of(index, i) - address_of(index, i - 1) < GAP && i - first < UINT32_MAX)
            continue;
        add_run(index, &capacity, first, i);
        first = i;
    }
}

void address_index_finish(struct address_index *index)
{
    for (size_t i = 0; i < index->run_count; i++)
        free(index->runs[i].starts);
    free(index->runs);
    *index = (struct address_index){0};
}

static const struct address_run *find_run(const struct address_index *index, uint64_t address)
{
    size_t low = 0, high = index->run_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->runs[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &index->runs[low - 1] : NULL;
}

size_t address_index_find(const struct address_index *index, uint64_t address)
{
    const struct address_run *run = find_run(index, address);
    uint64_t page = run ? (address - run->start) >> PAGE_SHIFT : 0;

    if (run == NULL || page >= run->pages)
        return SIZE_MAX;
    /* Elements lie about evenly in a page: a guess, and a few steps from there, mostly in one line of the cache. */
    size_t low = run->first + run->starts[page], high = run->first + run->starts[page + 1];
    if (low == high)
        return SIZE_MAX;
    size_t at = low + (high - low) * (address & ((1u << PAGE_SHIFT) - 1)) / (1u << PAGE_SHIFT);
    while (at + 1 < high && address_of(index, at) < address)
        at++;
    while (at > low && address_of(index, at) > address)
        at--;
    return address_of(index, at) == address ? at : SIZE_MAX;
}
