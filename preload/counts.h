/* SPDX-License-Identifier: MIT
 *
 * Counting: how much each call site took and gave back, how much is live, the peak. On the hot path only the thread's own record is
 * written; shared counters are touched when an entry of its small cache is displaced, and every LW_PUBLISH_STEP bytes. */
#ifndef LW_COUNTS_H
#define LW_COUNTS_H

#include <stdint.h>

#include "shim.h"
#include "threads.h"

/* Adds what `delta` holds to its site and leaves it empty. */
void delta_flush(struct lw_delta *delta);
/* Adds the thread's unpublished bytes to the total, and keeps the peak. */
void live_publish(struct thread *thread);
/* The slow way of counting, for signal handlers that interrupted the fast one. */
void count_shared(uint32_t site, uint64_t taken_blocks, uint64_t taken_bytes, uint64_t given_blocks, uint64_t given_bytes);

static inline struct lw_delta *delta_for(struct thread *thread, uint32_t site)
{
    /* Site 0 ("not known") is kept under an id of its own, because 0 marks an empty entry. */
    uint64_t key = site ? site : LW_SITES_MAX;
    struct lw_delta *delta = &thread->shared.deltas[site % LW_DELTAS];
    if (unlikely(delta->site != key)) {
        delta_flush(delta);
        delta->site = key;
    }
    return delta;
}

static inline void live_add(struct thread *thread, int64_t bytes)
{
    int64_t live = thread->shared.unpublished_bytes += bytes;
    if (live > thread->shared.unpublished_bytes_max)
        thread->shared.unpublished_bytes_max = live;
    if (unlikely(live >= LW_PUBLISH_STEP || live <= -LW_PUBLISH_STEP))
        live_publish(thread);
}

static inline void count_taken(struct thread *thread, uint32_t level, uint32_t site, uint64_t size)
{
    if (unlikely(level != 0)) {
        count_shared(site, 1, size, 0, 0);
        return;
    }
    struct lw_delta *delta = delta_for(thread, site);
    delta->taken_blocks++;
    delta->taken_bytes += size;
    live_add(thread, (int64_t)size);
}

static inline void count_given(struct thread *thread, uint32_t level, uint32_t site, uint64_t size)
{
    if (unlikely(level != 0)) {
        count_shared(site, 0, 0, 1, size);
        return;
    }
    struct lw_delta *delta = delta_for(thread, site);
    delta->given_blocks++;
    delta->given_bytes += size;
    live_add(thread, -(int64_t)size);
}

#endif
