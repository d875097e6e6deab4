/* SPDX-License-Identifier: MIT */
#include "lock_claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void lock_claims_finish(struct lock_claims *claims)
{
    free(claims->items);
    *claims = (struct lock_claims){0};
}

/* The first that starts at the address or behind it. */
static size_t place_of(const struct lock_claims *claims, uint64_t start)
{
    size_t low = 0, high = claims->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (claims->items[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Those that reach into a range start at most the longest before it. */
size_t lock_claims_next(const struct lock_claims *claims, size_t at, uint64_t start, uint64_t end)
{
    const size_t first = place_of(claims, start > claims->longest ? start - claims->longest : 0);

    for (at = at > first ? at : first; at < claims->count && claims->items[at].start < end; at++)
        if (claims->items[at].end > start)
            return at;
    return claims->count;
}

static bool is_equal(const struct lock_claim *a, const struct lock_claim *b)
{
    return a->start == b->start && a->end == b->end && a->way == b->way && a->site == b->site && a->block == b->block;
}

void lock_claims_add(struct lock_claims *claims, const struct lock_claim *claim)
{
    size_t at = place_of(claims, claim->start);

    if (claim->start >= claim->end)
        return;
    for (; at < claims->count && claims->items[at].start == claim->start; at++)
        if (is_equal(&claims->items[at], claim)) {
            claims->items[at].times += claim->times;
            return;
        }
    claims->items = xgrow(claims->items, &claims->capacity, claims->count + 1, sizeof *claims->items);
    memmove(&claims->items[at + 1], &claims->items[at], (claims->count - at) * sizeof *claims->items);
    claims->items[at] = *claim;
    claims->count++;
    if (claim->end - claim->start > claims->longest)
        claims->longest = claim->end - claim->start;
}

static void delete_at(struct lock_claims *claims, size_t at)
{
    memmove(&claims->items[at], &claims->items[at + 1], (claims->count - at - 1) * sizeof *claims->items);
    claims->count--;
}

/* What is left behind the range is added again, for it has another start. */
void lock_claims_remove(struct lock_claims *claims, uint64_t start, uint64_t end)
{
    size_t at = lock_claims_next(claims, 0, start, end);

    while (at < claims->count) {
        struct lock_claim rest = claims->items[at];
        if (rest.start < start)
            claims->items[at++].end = start;
        else
            delete_at(claims, at);
        if (rest.end > end) {
            rest.start = end;
            lock_claims_add(claims, &rest);
        }
        at = lock_claims_next(claims, at, start, end);
    }
}

void lock_claims_move(struct lock_claims *claims, uint64_t from, uint64_t size, uint64_t to)
{
    struct lock_claims moved = {0};
    size_t at = 0;

    while ((at = lock_claims_next(claims, at, from, from + size)) < claims->count) {
        struct lock_claim part = claims->items[at++];
        part.start = (part.start > from ? part.start : from) + (to - from);
        part.end = (part.end < from + size ? part.end : from + size) + (to - from);
        if (part.block >= from && part.block < from + size)
            part.block += to - from;
        lock_claims_add(&moved, &part);
    }
    lock_claims_remove(claims, from, from + size);
    for (size_t i = 0; i < moved.count; i++)
        lock_claims_add(claims, &moved.items[i]);
    lock_claims_finish(&moved);
}

void lock_claims_sort_out(struct lock_claims *claims, uint64_t start, uint64_t end, lock_claim_test *test, void *context,
                          struct lock_claims *to)
{
    size_t at = 0;

    while ((at = lock_claims_next(claims, at, start, end)) < claims->count) {
        if (!test(context, &claims->items[at])) {
            at++;
            continue;
        }
        lock_claims_add(to, &claims->items[at]);
        delete_at(claims, at);
    }
}

void lock_claims_drop(struct lock_claims *claims, enum lock_way way)
{
    size_t kept = 0;

    for (size_t i = 0; i < claims->count; i++)
        if (claims->items[i].way != way)
            claims->items[kept++] = claims->items[i];
    claims->count = kept;
}
