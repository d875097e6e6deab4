/* SPDX-License-Identifier: MIT
 *
 * What a program asked to be locked, to the byte. The kernel knows pages only: here is remembered whose they are, so that an unlock
 * can be seen to undo the lock of somebody else. */
#ifndef LEAKWATCH_LOCKS_LOCK_CLAIMS_H
#define LEAKWATCH_LOCKS_LOCK_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records/lock_record.h"

struct lock_claim {
    uint64_t start, end; /* bytes */
    enum lock_way way;
    uint32_t site;       /* of the call; 0: not known */
    uint32_t times;      /* the same was asked for so often */
    uint64_t block;      /* the block of the heap that it began in; 0: none is known */
    uint32_t block_site; /* what the heap calls the place that took the block */
};

/* All zero: nothing was asked for. */
struct lock_claims {
    struct lock_claim *items; /* sorted by start; they may overlap */
    size_t count, capacity;
    uint64_t longest; /* no claim is longer */
};

void lock_claims_finish(struct lock_claims *claims);

/* An empty claim is none; an equal one from the same site is counted there. */
void lock_claims_add(struct lock_claims *claims, const struct lock_claim *claim);
/* Takes bytes out of all claims. */
void lock_claims_remove(struct lock_claims *claims, uint64_t start, uint64_t end);
/* What lies in [from, from + size) moves to `to`, where nothing is claimed. */
void lock_claims_move(struct lock_claims *claims, uint64_t from, uint64_t size, uint64_t to);
/* Moves those with bytes in [start, end) that pass the test from `claims` to `to`. */
typedef bool lock_claim_test(void *context, const struct lock_claim *claim);
void lock_claims_sort_out(struct lock_claims *claims, uint64_t start, uint64_t end, lock_claim_test *test, void *context,
                          struct lock_claims *to);
/* Drops those that were made in this way. */
void lock_claims_drop(struct lock_claims *claims, enum lock_way way);

/* The first at or behind index `at` with bytes in [start, end); claims->count: there is none. */
size_t lock_claims_next(const struct lock_claims *claims, size_t at, uint64_t start, uint64_t end);

#endif
