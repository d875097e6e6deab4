/* SPDX-License-Identifier: MIT */
#include "ledger_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void ledger_source_add(struct ledger_source *source, uint64_t start, uint64_t end)
{
    source->extents = xgrow(source->extents, &source->extent_capacity, source->extent_count + 1, sizeof *source->extents);
    source->extents[source->extent_count++] = (struct address_range){start, end};
}

static int by_start(const void *a, const void *b)
{
    const struct address_range *left = a, *right = b;
    return (left->start > right->start) - (left->start < right->start);
}

static uint64_t bytes_with_data(const struct memory_view *memory, const struct address_range *extent)
{
    uint64_t sum = 0, from = extent->start, start = from, end = extent->end;

    while (from < extent->end &&
           (!memory->next_present || memory->next_present(memory->context, from, extent->end, &start, &end))) {
        sum += end - start;
        from = end;
    }
    return sum;
}

void ledger_source_sort(struct ledger_source *source)
{
    size_t kept = 0;

    if (source->extent_count > 1)
        qsort(source->extents, source->extent_count, sizeof *source->extents, by_start);
    for (size_t i = 0; i < source->extent_count; i++) {
        if (kept > 0 && source->extents[i].start < source->extents[kept - 1].end)
            source->corrupt = true;
        else
            source->extents[kept++] = source->extents[i];
    }
    source->extent_count = kept;
    source->unclaimed = source->data = 0;
    for (size_t i = 0; i < kept; i++) {
        source->unclaimed += source->extents[i].end - source->extents[i].start;
        source->data += bytes_with_data(source->memory, &source->extents[i]);
    }
}

void ledger_source_finish(struct ledger_source *source)
{
    free(source->extents);
    *source = (struct ledger_source){0};
}

bool ledger_source_contains(struct ledger_source *source, uint64_t address, uint64_t size)
{
    size_t low = 0, high = source->extent_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (source->extents[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < source->extent_count && source->extents[low].start <= address && size <= source->extents[low].end - address)
        return true;
    source->corrupt = true;
    return false;
}

bool ledger_source_claim(struct ledger_source *source, uint64_t address, uint64_t size)
{
    if (!ledger_source_contains(source, address, size))
        return false;
    if (size > source->unclaimed) {
        source->corrupt = true;
        return false;
    }
    source->unclaimed -= size;
    return true;
}

bool ledger_source_claim_data(struct ledger_source *source, uint64_t address, uint64_t size)
{
    if (!ledger_source_claim(source, address, size))
        return false;
    if (size > source->data) {
        source->corrupt = true;
        return false;
    }
    source->data -= size;
    return true;
}

bool ledger_source_read(struct ledger_source *source, uint64_t address, void *object, size_t size)
{
    if (!ledger_source_contains(source, address, size))
        return false;
    if (memory_read(source->memory, address, object, size) == size)
        return true;
    source->corrupt = true;
    return false;
}

bool ledger_source_read_sparse(struct ledger_source *source, uint64_t address, void *object, size_t size)
{
    const struct memory_view *memory = source->memory;
    const uint64_t end = address + size;
    uint64_t from = address, start, stop;
    char *bytes = object;

    if (!memory->next_present)
        return memory_read(memory, address, object, size) == size;
    while (from < end && memory->next_present(memory->context, from, end, &start, &stop)) {
        memset(bytes + (from - address), 0, start - from);
        if (memory_read(memory, start, bytes + (start - address), stop - start) != stop - start) {
            source->corrupt = true;
            return false;
        }
        from = stop;
    }
    memset(bytes + (from - address), 0, end - from);
    return true;
}
