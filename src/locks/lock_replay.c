/* SPDX-License-Identifier: MIT */
#include "lock_replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Different events that are kept; later ones are counted only. */
enum { EVENTS_MAX = 256 };

void lock_replay_finish(struct lock_replay *replay)
{
    lock_set_finish(&replay->locked);
    lock_set_finish(&replay->lost);
    lock_set_finish(&replay->refused);
    lock_claims_finish(&replay->claims);
    lock_claims_finish(&replay->orphans);
    free(replay->events);
    *replay = (struct lock_replay){0};
}

void lock_replay_count(struct lock_replay *replay, bool failed)
{
    replay->calls++;
    replay->failures += failed;
}

bool lock_replay_is_used(const struct lock_replay *replay)
{
    return replay->calls > 0 || replay->event_count > 0 || lock_replay_is_active(replay);
}

/* ---- Events ---- */

static bool is_same_event(const struct lock_event *a, const struct lock_event *b)
{
    return a->kind == b->kind && a->site == b->site && a->loser_site == b->loser_site && a->unlocked_site == b->unlocked_site &&
           a->failure.error == b->failure.error;
}

bool lock_replay_repeats(struct lock_replay *replay, const struct lock_event *event)
{
    for (size_t i = 0; i < replay->event_count; i++)
        if (is_same_event(&replay->events[i], event)) {
            replay->events[i].count++;
            return true;
        }
    return false;
}

void lock_replay_event(struct lock_replay *replay, const struct lock_event *event)
{
    if (lock_replay_repeats(replay, event))
        return;
    if (replay->event_count == EVENTS_MAX) {
        replay->events_dropped++;
        return;
    }
    replay->events = xgrow(replay->events, &replay->event_capacity, replay->event_count + 1, sizeof *replay->events);
    replay->events[replay->event_count] = *event;
    replay->events[replay->event_count++].count = 1;
}

/* ---- Pages ---- */

static void take(struct lock_replay *replay, const struct lock_range *range)
{
    if (range->start >= range->end)
        return;
    replay->bytes += range->end - range->start - lock_set_overlap(&replay->locked, range->start, range->end);
    lock_set_add(&replay->locked, range);
    lock_set_remove(&replay->lost, range->start, range->end);
    lock_set_remove(&replay->refused, range->start, range->end);
    if (replay->bytes > replay->peak_bytes)
        replay->peak_bytes = replay->bytes;
}

static void drop(struct lock_replay *replay, uint64_t start, uint64_t end)
{
    replay->bytes -= lock_set_overlap(&replay->locked, start, end);
    lock_set_remove(&replay->locked, start, end);
    lock_claims_remove(&replay->claims, start, end);
    lock_claims_remove(&replay->orphans, start, end);
}

/* ---- Locks ---- */

void lock_replay_lock(struct lock_replay *replay, const struct lock_request *request)
{
    const uint64_t end = request->address + request->size;
    const struct lock_range pages = {
        .start = lock_page_down(request->address),
        .end = lock_page_up(end),
        .way = request->way,
        .on_fault = request->on_fault,
        .site = request->site,
    };

    if (request->size == 0)
        return;
    take(replay, &pages);
    lock_claims_add(&replay->claims, &(struct lock_claim){.start = request->address,
                                                          .end = end,
                                                          .way = request->way,
                                                          .site = request->site,
                                                          .times = 1,
                                                          .block = request->block,
                                                          .block_site = request->block_site});
}

/* Whether mlockall would have the address locked in any case. */
static bool is_locked_by_all(const struct lock_replay *replay, uint64_t address)
{
    const struct lock_claims *claims = &replay->claims;

    for (size_t i = lock_claims_next(claims, 0, address, address + 1); i < claims->count;
         i = lock_claims_next(claims, i + 1, address, address + 1))
        if (claims->items[i].way == LOCK_ALL || claims->items[i].way == LOCK_FUTURE)
            return true;
    return false;
}

void lock_replay_retire(struct lock_replay *replay, uint64_t address, uint64_t size, lock_claim_test *is_freed, void *context)
{
    struct lock_claims freed = {0};

    lock_claims_sort_out(&replay->claims, lock_page_down(address), lock_page_up(address + size), is_freed, context, &freed);
    for (size_t i = 0; i < freed.count; i++)
        if (!is_locked_by_all(replay, freed.items[i].start))
            lock_claims_add(&replay->orphans, &freed.items[i]);
    lock_claims_finish(&freed);
}

void lock_replay_refuse(struct lock_replay *replay, uint64_t address, uint64_t size, uint32_t site)
{
    const uint64_t start = lock_page_down(address), end = lock_page_up(address + size);

    if (size == 0 || end < start)
        return;
    lock_set_add(&replay->refused, &(struct lock_range){.start = start, .end = end, .way = LOCK_CALL, .site = site});
    for (size_t i = lock_set_first(&replay->locked, start); i < replay->locked.count && replay->locked.ranges[i].start < end; i++)
        lock_set_remove(&replay->refused, replay->locked.ranges[i].start, replay->locked.ranges[i].end);
}

/* ---- Unlocks ---- */

struct unlock {
    uint64_t start, end;           /* bytes, as the call named them */
    uint64_t first_page, last_end; /* pages that it unlocks */
    uint32_t site;
    const struct lock_claim *own; /* what it was meant to undo; NULL: nothing of that is known */
};

static bool shares_bytes(const struct lock_claim *claim, uint64_t start, uint64_t end)
{
    return claim->start < end && claim->end > start;
}

/* The claim that is exactly what is unlocked, else any that has bytes of it; the latest of equals. */
static const struct lock_claim *find_own(const struct lock_claims *claims, const struct unlock *unlock)
{
    const struct lock_claim *found = NULL;
    bool exact = false;

    for (size_t i = lock_claims_next(claims, 0, unlock->start, unlock->end); i < claims->count;
         i = lock_claims_next(claims, i + 1, unlock->start, unlock->end)) {
        const struct lock_claim *claim = &claims->items[i];
        const bool same = claim->start == unlock->start && claim->end == unlock->end;
        if (same || !exact)
            found = claim;
        exact |= same;
    }
    return found;
}

/* A claim within another that is unlocked as a whole was only its beginning: locks that grow do so. */
static bool is_superseded(const struct lock_claim *claim, const struct lock_claim *own)
{
    return claim->start >= own->start && claim->end <= own->end && claim->end - claim->start < own->end - own->start;
}

static void judge_claim(struct lock_replay *replay, const struct unlock *unlock, const struct lock_claim *claim)
{
    struct lock_event event = {
        .site = unlock->site,
        .loser_site = claim->site,
        .unlocked_site = unlock->own ? unlock->own->site : 0,
        .address = claim->start,
        .size = claim->end - claim->start,
    };

    if (!shares_bytes(claim, unlock->start, unlock->end)) {
        const uint64_t first = lock_page_down(claim->start);
        event.kind = LOCK_EVENT_SHARED_PAGE;
        event.page = first > unlock->first_page ? first : unlock->first_page;
        lock_replay_event(replay, &event);
        return;
    }
    const bool twice = claim == unlock->own
                           ? claim->times > 1
                           : shares_bytes(claim, unlock->own->start, unlock->own->end) && !is_superseded(claim, unlock->own);
    event.kind = LOCK_EVENT_NOT_NESTED;
    if (twice)
        lock_replay_event(replay, &event);
}

void lock_replay_unlock(struct lock_replay *replay, uint64_t address, uint64_t size, uint32_t site)
{
    struct unlock unlock = {
        .start = address,
        .end = address + size,
        .first_page = lock_page_down(address),
        .last_end = lock_page_up(address + size),
        .site = site,
    };
    const struct lock_claims *claims = &replay->claims;

    if (size == 0)
        return;
    unlock.own = find_own(claims, &unlock);
    for (size_t i = lock_claims_next(claims, 0, unlock.first_page, unlock.last_end); i < claims->count;
         i = lock_claims_next(claims, i + 1, unlock.first_page, unlock.last_end))
        judge_claim(replay, &unlock, &claims->items[i]);
    drop(replay, unlock.first_page, unlock.last_end);
}

/* ---- The whole address space ---- */

void lock_replay_lock_all(struct lock_replay *replay, const struct lock_all *all)
{
    if (replay->future && !all->future)
        lock_replay_event(
            replay, &(struct lock_event){.kind = LOCK_EVENT_FUTURE_DROPPED, .site = all->site, .loser_site = replay->future_site});
    replay->future = all->future;
    replay->future_on_fault = all->future && all->on_fault;
    replay->future_site = all->future ? all->site : 0;
    replay->future_privileged = all->future && all->privileged;
    if (!all->current)
        return;
    lock_claims_drop(&replay->claims, LOCK_ALL);
    lock_claims_drop(&replay->claims, LOCK_FUTURE);
    lock_claims_finish(&replay->orphans); /* their pages are locked on purpose now */
    for (size_t i = 0; i < all->range_count; i++) {
        const struct lock_range *range = &all->ranges[i];
        lock_replay_lock(replay,
                         &(struct lock_request){range->start, range->end - range->start, LOCK_ALL, all->on_fault, all->site});
    }
}

void lock_replay_unlock_all(struct lock_replay *replay)
{
    drop(replay, 0, UINT64_MAX);
    replay->future = replay->future_on_fault = replay->future_privileged = false;
    replay->future_site = 0;
}

/* ---- Mappings ---- */

static void forget(struct lock_replay *replay, uint64_t start, uint64_t end)
{
    drop(replay, start, end);
    lock_set_remove(&replay->lost, start, end);
    lock_set_remove(&replay->refused, start, end);
}

void lock_replay_map(struct lock_replay *replay, const struct lock_mapping *mapping)
{
    const uint64_t end = lock_page_up(mapping->start + mapping->size);

    forget(replay, mapping->start, end);
    if (!mapping->lockable || (!mapping->locked && !replay->future))
        return;
    lock_replay_lock(replay, &(struct lock_request){
                                 .address = mapping->start,
                                 .size = end - mapping->start,
                                 .way = mapping->locked ? LOCK_MAPPED : LOCK_FUTURE,
                                 .on_fault = replay->future_on_fault,
                                 .site = mapping->locked ? mapping->site : replay->future_site,
                             });
}

void lock_replay_unmap(struct lock_replay *replay, uint64_t start, uint64_t size)
{
    forget(replay, lock_page_down(start), lock_page_up(start + size));
}

/* What a mapping gains by growing is locked as its end is. */
static void grow(struct lock_replay *replay, const struct lock_range *as, uint64_t start, uint64_t end)
{
    if (as->end == 0 || start >= end)
        return;
    lock_replay_lock(replay, &(struct lock_request){start, end - start, as->way, as->on_fault, as->site});
}

static void move_pages(struct lock_replay *replay, uint64_t from, uint64_t size, uint64_t to)
{
    lock_set_move(&replay->locked, from, size, to);
    lock_claims_move(&replay->claims, from, size, to);
    lock_claims_move(&replay->orphans, from, size, to);
    lock_set_move(&replay->lost, from, size, to);
    lock_set_move(&replay->refused, from, size, to);
}

void lock_replay_move(struct lock_replay *replay, const struct lock_move *move)
{
    const uint64_t old_size = lock_page_up(move->old_size), new_size = lock_page_up(move->new_size);
    const struct lock_range *found =
        lock_set_find(&replay->locked, old_size ? move->from + old_size - LOCK_PAGE : lock_page_down(move->from));
    const struct lock_range last = found ? *found : (struct lock_range){0};

    if (old_size > new_size)
        forget(replay, move->from + new_size, move->from + old_size);
    if (move->to != move->from) {
        forget(replay, move->to, move->to + new_size);
        move_pages(replay, move->from, old_size < new_size ? old_size : new_size, move->to);
    }
    grow(replay, &last, move->to + old_size, move->to + new_size);
}

void lock_replay_break(struct lock_replay *replay, uint64_t end)
{
    const uint64_t before = lock_page_up(replay->program_break), now = lock_page_up(end);

    if (before != 0 && now < before)
        forget(replay, now, before);
    else if (before != 0 && now > before && replay->future)
        lock_replay_lock(replay,
                         &(struct lock_request){before, now - before, LOCK_FUTURE, replay->future_on_fault, replay->future_site});
    replay->program_break = end;
}

/* ---- Fork ---- */

void lock_replay_fork(struct lock_replay *child, const struct lock_replay *parent, uint32_t site)
{
    *child = (struct lock_replay){.program_break = parent->program_break, .fork_site = site};
    /* What the parent had lost itself is no news. */
    lock_set_copy(&child->lost, &parent->locked);
}
