/* SPDX-License-Identifier: MIT
 *
 * The locked memory of an address space, made again from the calls that change it, as the kernel does it (mm/mlock.c, mm/mmap.c,
 * mm/mremap.c): whole pages; locks do not nest; fork and exec leave none; what goes wrong on the way is kept as events. Pure. */
#ifndef LEAKWATCH_LOCKS_LOCK_REPLAY_H
#define LEAKWATCH_LOCKS_LOCK_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lock_claims.h"
#include "lock_failure.h"
#include "lock_set.h"

enum lock_event_kind {
    LOCK_EVENT_FAILED,         /* a call that was to lock failed */
    LOCK_EVENT_NOT_NESTED,     /* an unlock undid two locks of the same bytes */
    LOCK_EVENT_SHARED_PAGE,    /* an unlock undid the lock of other bytes in the same page */
    LOCK_EVENT_FUTURE_DROPPED, /* mlockall without MCL_FUTURE after one with it */
};

struct lock_event {
    enum lock_event_kind kind;
    uint32_t site;               /* of the call */
    uint32_t loser_site;         /* whose lock is gone: of NOT_NESTED, SHARED_PAGE, and FUTURE_DROPPED */
    uint32_t unlocked_site;      /* of NOT_NESTED, SHARED_PAGE: of the lock that was to be undone; 0: there was none */
    uint64_t address, size;      /* of the loser; or what FAILED was about */
    uint64_t page;               /* of SHARED_PAGE: the first page that both are in */
    uint64_t count;              /* how often; the rest is about the first */
    struct lock_failure failure; /* of FAILED */
};

/* All zero: a program that has just begun. */
struct lock_replay {
    struct lock_set locked;
    struct lock_claims claims;
    struct lock_claims orphans; /* whose block of the heap was freed, in pages that are still locked */
    struct lock_set lost;       /* locked in the parent when fork made this, neither unmapped nor locked again since */
    struct lock_set refused;    /* what calls failed to lock, neither unmapped nor locked since */
    uint64_t bytes, peak_bytes;
    bool future, future_on_fault;
    uint32_t future_site;
    bool future_privileged; /* the process had CAP_IPC_LOCK then */
    uint32_t fork_site;
    uint64_t program_break; /* 0: not known */
    uint64_t calls, failures;
    struct lock_event *events;
    size_t event_count, event_capacity;
    uint64_t events_dropped;
};

void lock_replay_finish(struct lock_replay *replay);

/* A call was made that is to lock memory; it failed. */
void lock_replay_count(struct lock_replay *replay, bool failed);
/* Whether anything was locked, or was to be: if not, there is nothing to say. */
bool lock_replay_is_used(const struct lock_replay *replay);
/* Whether mapping, unmapping and moving memory matters. */
static inline bool lock_replay_is_active(const struct lock_replay *replay)
{
    return replay->future || replay->locked.count > 0 || replay->lost.count > 0 || replay->refused.count > 0;
}

/* Bytes of any place in memory, as a call names them. */
struct lock_request {
    uint64_t address, size;
    enum lock_way way;
    bool on_fault;
    uint32_t site;
    uint64_t block; /* as in struct lock_claim */
    uint32_t block_site;
};
/* mlock, mlock2: all pages with bytes of it; LOCK_MAPPED: of a new mapping. */
void lock_replay_lock(struct lock_replay *replay, const struct lock_request *request);
/* The bytes were to be locked, and were not. */
void lock_replay_refuse(struct lock_replay *replay, uint64_t address, uint64_t size, uint32_t site);
/* munlock */
void lock_replay_unlock(struct lock_replay *replay, uint64_t address, uint64_t size, uint32_t site);

/* Before a lock or an unlock of these bytes: claims in the same pages whose block was freed, as the test says, become orphans. They
 * make no demands any more. Where mlockall has the pages locked in any case, they are forgotten. */
void lock_replay_retire(struct lock_replay *replay, uint64_t address, uint64_t size, lock_claim_test *is_freed, void *context);

/* mlockall. `ranges`: what is mapped and can be locked. */
struct lock_all {
    bool current, future, on_fault, privileged;
    uint32_t site;
    const struct lock_range *ranges;
    size_t range_count;
};
void lock_replay_lock_all(struct lock_replay *replay, const struct lock_all *all);
/* munlockall */
void lock_replay_unlock_all(struct lock_replay *replay);

/* Something was mapped: it takes the place of what was there. `locked`: MAP_LOCKED. `lockable`: not huge pages, which never are. */
struct lock_mapping {
    uint64_t start, size;
    bool locked, lockable;
    uint32_t site;
};
void lock_replay_map(struct lock_replay *replay, const struct lock_mapping *mapping);
void lock_replay_unmap(struct lock_replay *replay, uint64_t start, uint64_t size);

/* mremap. Sizes as the call has them; old_size 0: the pages of a shared mapping are mapped a second time. */
struct lock_move {
    uint64_t from, old_size, to, new_size;
};
void lock_replay_move(struct lock_replay *replay, const struct lock_move *move);

/* brk: where the heap ends now. */
void lock_replay_break(struct lock_replay *replay, uint64_t end);

/* `child` is a copy of the address space, made by fork; it is empty so far. */
void lock_replay_fork(struct lock_replay *child, const struct lock_replay *parent, uint32_t site);

/* Adds an event, or counts it with an earlier one of the same kind from the same sites. */
void lock_replay_event(struct lock_replay *replay, const struct lock_event *event);
/* Counts it if there is an earlier one; returns whether there is. Only kind, sites and failure.error matter. */
bool lock_replay_repeats(struct lock_replay *replay, const struct lock_event *event);

#endif
