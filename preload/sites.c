/* SPDX-License-Identifier: MIT */
#include "sites.h"

#include <string.h>

#include "arena.h"
#include "threads.h"

#define BUCKET_BITS 16
static uint32_t site_buckets[1 << BUCKET_BITS]; /* newest id of each chain, 0 at the end */

static struct lw_site *segment_get(uint32_t index)
{
    return (struct lw_site *)__atomic_load_n(&lw_ledger.site_segments[index], __ATOMIC_ACQUIRE);
}

struct lw_site *site_get(uint32_t id)
{
    struct lw_site *segment = segment_get(id >> LW_SITE_SEGMENT_BITS);
    return segment ? &segment[id & (LW_SITE_SEGMENT_SIZE - 1)] : NULL;
}

/* The first thread to need a segment installs it; one that comes second wastes what it took. */
static struct lw_site *segment_need(uint32_t index)
{
    struct lw_site *segment = segment_get(index);
    if (likely(segment != NULL))
        return segment;
    uint64_t expected = 0, fresh = (uint64_t)arena_allocate(LW_SITE_SEGMENT_SIZE * sizeof *segment);
    if (fresh == 0)
        return NULL;
    if (__atomic_compare_exchange_n(&lw_ledger.site_segments[index], &expected, fresh, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return (struct lw_site *)fresh;
    return (struct lw_site *)expected;
}

int sites_init(void)
{
    return segment_need(0) ? 0 : -1;
}

static bool site_equals(const struct lw_site *site, const struct walk_result *stack, uint64_t hash, uint32_t generation)
{
    if (site->hash != hash || site->frame_count != stack->count || site->generation != generation)
        return false;
    /* All frames are compared, without an early end: a loop that the compiler can vectorise, and nearly always equal. */
    const uint64_t *frames = (const uint64_t *)site->frames;
    uint64_t difference = 0;
    for (uint32_t i = 0; i < stack->count; i++)
        difference |= frames[i] ^ stack->frames[i];
    return difference == 0;
}

/* Searches the chain from `id` to `end` (exclusive). */
static uint32_t chain_search(uint32_t id, uint32_t end, const struct walk_result *stack, uint64_t hash, uint32_t generation)
{
    while (id != end) {
        struct lw_site *site = site_get(id);
        if (site_equals(site, stack, hash, generation))
            return id;
        id = (uint32_t)site->next;
    }
    return 0;
}

/* Fills a new site that nobody can find yet. Returns its id, 0 without memory. */
static uint32_t site_create(const struct walk_result *stack, uint64_t hash, uint32_t generation)
{
    if (__atomic_load_n(&lw_ledger.site_count, __ATOMIC_RELAXED) >= LW_SITES_MAX - 1)
        return 0;
    uint64_t *frames = arena_allocate(stack->count * sizeof *frames);
    if (frames == NULL)
        return 0;
    uint32_t id = __atomic_add_fetch(&lw_ledger.site_count, 1, __ATOMIC_RELAXED);
    struct lw_site *segment = id < LW_SITES_MAX ? segment_need(id >> LW_SITE_SEGMENT_BITS) : NULL;
    if (segment == NULL)
        return 0;
    struct lw_site *site = &segment[id & (LW_SITE_SEGMENT_SIZE - 1)];
    memcpy(frames, stack->frames, stack->count * sizeof *frames);
    site->frames = (uint64_t)frames;
    site->frame_count = (uint16_t)stack->count;
    site->truncated = stack->truncated;
    site->generation = generation;
    /* The supervisor takes a hash of 0 for "not filled": last, after all that it vouches for. */
    __atomic_store_n(&site->hash, hash, __ATOMIC_RELEASE);
    return id;
}

uint32_t site_find(const struct walk_result *stack)
{
    uint32_t generation = __atomic_load_n(&lw_ledger.generation, __ATOMIC_RELAXED);
    uint64_t hash = (stack->hash + generation) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    uint32_t *bucket = &site_buckets[hash >> (64 - BUCKET_BITS)];
    uint32_t first = __atomic_load_n(bucket, __ATOMIC_ACQUIRE);
    uint32_t found = chain_search(first, 0, stack, hash, generation);
    if (likely(found != 0))
        return found;
    uint32_t fresh = site_create(stack, hash, generation);
    if (fresh == 0)
        return 0;
    struct lw_site *site = site_get(fresh);
    for (;;) {
        site->next = first;
        uint32_t seen = first;
        if (__atomic_compare_exchange_n(bucket, &first, fresh, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE))
            return fresh;
        /* Somebody (another thread, or a signal handler in this one) was faster: perhaps with the same stack. */
        found = chain_search(first, seen, stack, hash, generation);
        if (found != 0) {
            __atomic_store_n(&site->hash, 0, __ATOMIC_RELEASE); /* this id is never used */
            return found;
        }
    }
}

/* Adds what the threads hold back for their cached sites. Read without their leave: a count may be off by what happens just now. */
static void add_held_back(void)
{
    struct thread *thread = (struct thread *)__atomic_load_n(&lw_ledger.threads, __ATOMIC_ACQUIRE);
    for (; thread != NULL; thread = (struct thread *)thread->shared.next)
        for (unsigned i = 0; i < LW_DELTAS; i++) {
            const struct lw_delta *delta = &thread->shared.deltas[i];
            struct lw_site *site = delta->site ? site_get((uint32_t)(delta->site % LW_SITES_MAX)) : NULL;
            if (site == NULL)
                continue;
            site->peak_blocks += delta->taken_blocks - delta->given_blocks;
            site->peak_bytes += delta->taken_bytes - delta->given_bytes;
        }
}

void sites_copy_peak(uint64_t bytes)
{
    uint32_t count = __atomic_load_n(&lw_ledger.site_count, __ATOMIC_ACQUIRE);
    for (uint32_t id = 0; id <= count && id < LW_SITES_MAX; id++) {
        struct lw_site *site = site_get(id);
        if (site == NULL)
            continue;
        site->peak_blocks = site->taken_blocks - site->given_blocks;
        site->peak_bytes = site->taken_bytes - site->given_bytes;
    }
    add_held_back();
    __atomic_store_n(&lw_ledger.peak_copy_bytes, bytes, __ATOMIC_RELEASE);
}
