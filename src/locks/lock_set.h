/* SPDX-License-Identifier: MIT
 *
 * Which pages of an address space are locked: disjoint intervals, each with how and by whom. As in the kernel, a page is locked or
 * it is not: a second lock of it takes the place of the first, and one unlock undoes both (mlock(2)). */
#ifndef LEAKWATCH_LOCKS_LOCK_SET_H
#define LEAKWATCH_LOCKS_LOCK_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records/lock_record.h"

enum { LOCK_PAGE = 4096 };

/* The page that an address is in, and the first address behind the pages that a range needs. */
static inline uint64_t lock_page_down(uint64_t address)
{
    return address & -(uint64_t)LOCK_PAGE;
}

static inline uint64_t lock_page_up(uint64_t address)
{
    return lock_page_down(address + LOCK_PAGE - 1);
}

struct lock_range {
    uint64_t start, end; /* whole pages */
    enum lock_way way;
    bool on_fault; /* pages are locked when they are first used (MLOCK_ONFAULT) */
    uint32_t site; /* of the call; 0: not known */
};

/* All zero: nothing is locked. */
struct lock_set {
    struct lock_range *ranges; /* sorted, disjoint; neighbours differ */
    size_t count, capacity;
};

void lock_set_finish(struct lock_set *set);
void lock_set_copy(struct lock_set *copy, const struct lock_set *set);

/* Adds whole pages, in place of what was there. An empty range changes nothing. */
void lock_set_add(struct lock_set *set, const struct lock_range *range);
/* Takes whole pages out. */
void lock_set_remove(struct lock_set *set, uint64_t start, uint64_t end);
/* What [from, from + size) holds moves to `to`; what was there is replaced. Nothing is left behind. */
void lock_set_move(struct lock_set *set, uint64_t from, uint64_t size, uint64_t to);

/* The range that holds the address; NULL: it is not locked. */
const struct lock_range *lock_set_find(const struct lock_set *set, uint64_t address);
/* Index of the first range that ends behind the address; set->count if there is none. */
size_t lock_set_first(const struct lock_set *set, uint64_t address);
/* Bytes of [start, end) that are in the set. */
uint64_t lock_set_overlap(const struct lock_set *set, uint64_t start, uint64_t end);
uint64_t lock_set_bytes(const struct lock_set *set);

#endif
