/* SPDX-License-Identifier: MIT */
#include "counts.h"

#include "sites.h"

/* A new copy of the per-site counts is worth its time when the peak has grown by a twentieth since the last. */
#define PEAK_COPY_DIVISOR 20

void count_shared(uint32_t site, uint64_t taken_blocks, uint64_t taken_bytes, uint64_t given_blocks, uint64_t given_bytes)
{
    struct lw_site *counts = site_get(site);
    if (counts == NULL)
        return;
    __atomic_fetch_add(&counts->taken_blocks, taken_blocks, __ATOMIC_RELAXED);
    __atomic_fetch_add(&counts->taken_bytes, taken_bytes, __ATOMIC_RELAXED);
    __atomic_fetch_add(&counts->given_blocks, given_blocks, __ATOMIC_RELAXED);
    __atomic_fetch_add(&counts->given_bytes, given_bytes, __ATOMIC_RELAXED);
    __atomic_fetch_add(&lw_ledger.live_bytes, taken_bytes - given_bytes, __ATOMIC_RELAXED);
}

void delta_flush(struct lw_delta *delta)
{
    struct lw_site *counts = delta->site ? site_get((uint32_t)(delta->site % LW_SITES_MAX)) : NULL;
    if (counts != NULL) {
        __atomic_fetch_add(&counts->taken_blocks, delta->taken_blocks, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counts->taken_bytes, delta->taken_bytes, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counts->given_blocks, delta->given_blocks, __ATOMIC_RELAXED);
        __atomic_fetch_add(&counts->given_bytes, delta->given_bytes, __ATOMIC_RELAXED);
    }
    *delta = (struct lw_delta){0};
}

/* Raises the recorded peak to `bytes`. Returns true if that is a new peak. */
static bool peak_raise(uint64_t bytes)
{
    uint64_t peak = __atomic_load_n(&lw_ledger.peak_bytes, __ATOMIC_RELAXED);
    while (bytes > peak)
        if (__atomic_compare_exchange_n(&lw_ledger.peak_bytes, &peak, bytes, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            return true;
    return false;
}

void live_publish(struct thread *thread)
{
    uint64_t before = __atomic_fetch_add(&lw_ledger.live_bytes, (uint64_t)thread->shared.unpublished_bytes, __ATOMIC_RELAXED);
    uint64_t highest = before + (uint64_t)thread->shared.unpublished_bytes_max;
    thread->shared.unpublished_bytes = 0;
    thread->shared.unpublished_bytes_max = 0;
    if (!peak_raise(highest))
        return;
    uint64_t copied = __atomic_load_n(&lw_ledger.peak_copy_bytes, __ATOMIC_RELAXED);
    if (highest - copied > highest / PEAK_COPY_DIVISOR)
        sites_copy_peak(highest);
}
