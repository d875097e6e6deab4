/* SPDX-License-Identifier: MIT */
#include "lock_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void lock_set_finish(struct lock_set *set)
{
    free(set->ranges);
    *set = (struct lock_set){0};
}

void lock_set_copy(struct lock_set *copy, const struct lock_set *set)
{
    *copy = (struct lock_set){0};
    if (set->count == 0)
        return;
    copy->ranges = xgrow(NULL, &copy->capacity, set->count, sizeof *copy->ranges);
    copy->count = set->count;
    memcpy(copy->ranges, set->ranges, set->count * sizeof *copy->ranges);
}

size_t lock_set_first(const struct lock_set *set, uint64_t address)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct lock_range *lock_set_find(const struct lock_set *set, uint64_t address)
{
    const size_t at = lock_set_first(set, address);

    return at < set->count && set->ranges[at].start <= address ? &set->ranges[at] : NULL;
}

/* ---- Changes ---- */

static void insert_at(struct lock_set *set, size_t at, const struct lock_range *range)
{
    set->ranges = xgrow(set->ranges, &set->capacity, set->count + 1, sizeof *set->ranges);
    memmove(&set->ranges[at + 1], &set->ranges[at], (set->count - at) * sizeof *set->ranges);
    set->ranges[at] = *range;
    set->count++;
}

static void delete_at(struct lock_set *set, size_t at, size_t count)
{
    memmove(&set->ranges[at], &set->ranges[at + count], (set->count - at - count) * sizeof *set->ranges);
    set->count -= count;
}

void lock_set_remove(struct lock_set *set, uint64_t start, uint64_t end)
{
    size_t first;

    if (start >= end || set->count == 0 || (first = lock_set_first(set, start)) == set->count)
        return;
    if (set->ranges[first].start < start && set->ranges[first].end > end) {
        struct lock_range rest = set->ranges[first];
        rest.start = end;
        set->ranges[first].end = start;
        insert_at(set, first + 1, &rest);
        return;
    }
    if (set->ranges[first].start < start)
        set->ranges[first++].end = start;
    size_t last = first;
    while (last < set->count && set->ranges[last].end <= end)
        last++;
    if (last < set->count && set->ranges[last].start < end)
        set->ranges[last].start = end;
    delete_at(set, first, last - first);
}

static bool continues(const struct lock_range *left, const struct lock_range *right)
{
    return left->end == right->start && left->way == right->way && left->on_fault == right->on_fault && left->site == right->site;
}

/* Makes one range of neighbours that are equal. */
static void join(struct lock_set *set, size_t at)
{
    if (at + 1 < set->count && continues(&set->ranges[at], &set->ranges[at + 1])) {
        set->ranges[at].end = set->ranges[at + 1].end;
        delete_at(set, at + 1, 1);
    }
    if (at > 0 && continues(&set->ranges[at - 1], &set->ranges[at])) {
        set->ranges[at - 1].end = set->ranges[at].end;
        delete_at(set, at, 1);
    }
}

void lock_set_add(struct lock_set *set, const struct lock_range *range)
{
    if (range->start >= range->end)
        return;
    lock_set_remove(set, range->start, range->end);
    const size_t at = lock_set_first(set, range->start);
    insert_at(set, at, range);
    join(set, at);
}

void lock_set_move(struct lock_set *set, uint64_t from, uint64_t size, uint64_t to)
{
    struct lock_set moved = {0};

    for (size_t i = lock_set_first(set, from); i < set->count && set->ranges[i].start < from + size; i++) {
        struct lock_range part = set->ranges[i];
        part.start = part.start > from ? part.start : from;
        part.end = part.end < from + size ? part.end : from + size;
        part.start += to - from;
        part.end += to - from;
        lock_set_add(&moved, &part);
    }
    lock_set_remove(set, from, from + size);
    lock_set_remove(set, to, to + size);
    for (size_t i = 0; i < moved.count; i++)
        lock_set_add(set, &moved.ranges[i]);
    lock_set_finish(&moved);
}

/* ---- Sums ---- */

uint64_t lock_set_overlap(const struct lock_set *set, uint64_t start, uint64_t end)
{
    uint64_t bytes = 0;

    for (size_t i = lock_set_first(set, start); i < set->count && set->ranges[i].start < end; i++) {
        const uint64_t from = set->ranges[i].start > start ? set->ranges[i].start : start;
        bytes += (set->ranges[i].end < end ? set->ranges[i].end : end) - from;
    }
    return bytes;
}

uint64_t lock_set_bytes(const struct lock_set *set)
{
    return lock_set_overlap(set, 0, UINT64_MAX);
}
