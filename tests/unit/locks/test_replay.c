/* SPDX-License-Identifier: MIT
 * Single rules of the kernel, each by itself. */
#include <criterion/criterion.h>

#include "locks/lock_replay.h"

#define PAGES(n) ((uint64_t)(n)*LOCK_PAGE)
#define BASE     UINT64_C(0x10000000)

static struct lock_replay replay;

static void finish(void)
{
    lock_replay_finish(&replay);
}

TestSuite(locks, .fini = finish);

static void lock_at(uint64_t address, uint64_t size, uint32_t site)
{
    lock_replay_lock(&replay, &(struct lock_request){.address = address, .size = size, .way = LOCK_CALL, .site = site});
}

static size_t count_events(enum lock_event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < replay.event_count; i++)
        count += replay.events[i].kind == kind;
    return count;
}

Test(locks, a_lock_takes_all_pages_with_a_byte_of_it)
{
    lock_at(BASE + 4095, 2, 1);
    cr_assert_eq(replay.bytes, PAGES(2));
    cr_assert_not_null(lock_set_find(&replay.locked, BASE));
    cr_assert_null(lock_set_find(&replay.locked, BASE + PAGES(2)));
}

Test(locks, a_lock_of_nothing_is_none)
{
    lock_at(BASE + 10, 0, 1);
    cr_assert_eq(replay.bytes, 0);
    cr_assert_eq(replay.claims.count, 0);
}

Test(locks, overlaps_count_once_and_the_peak_stays)
{
    lock_at(BASE, PAGES(32), 1);
    lock_at(BASE, PAGES(32), 1);
    lock_at(BASE, PAGES(64), 2);
    cr_assert_eq(replay.bytes, PAGES(64));
    lock_replay_unlock(&replay, BASE, PAGES(60), 3);
    cr_assert_eq(replay.bytes, PAGES(4));
    cr_assert_eq(replay.peak_bytes, PAGES(64));
}

Test(locks, one_unlock_undoes_two_locks_and_the_other_is_named)
{
    lock_at(BASE, 100, 1);
    lock_at(BASE, 100, 2);
    lock_replay_unlock(&replay, BASE, 100, 3);
    cr_assert_eq(replay.bytes, 0);
    cr_assert_eq(count_events(LOCK_EVENT_NOT_NESTED), 1);
    cr_assert_eq(replay.events[0].site, 3);
    cr_assert_eq(replay.events[0].loser_site + replay.events[0].unlocked_site, 3);
}

Test(locks, two_locks_from_one_place_are_two)
{
    lock_at(BASE, 100, 1);
    lock_at(BASE, 100, 1);
    lock_replay_unlock(&replay, BASE, 100, 3);
    cr_assert_eq(count_events(LOCK_EVENT_NOT_NESTED), 1);
}

Test(locks, a_lock_that_grew_is_undone_as_one)
{
    lock_at(BASE, PAGES(1), 1);
    lock_at(BASE, PAGES(2), 2);
    lock_replay_unlock(&replay, BASE, PAGES(2), 3);
    cr_assert_eq(replay.event_count, 0);
}

Test(locks, an_unlock_within_a_larger_lock_takes_from_it)
{
    lock_at(BASE, PAGES(2), 1);
    lock_at(BASE, PAGES(1), 2);
    lock_replay_unlock(&replay, BASE, PAGES(1), 3);
    cr_assert_eq(count_events(LOCK_EVENT_NOT_NESTED), 1);
    cr_assert_eq(replay.events[0].loser_site, 1);
}

Test(locks, a_part_of_one_lock_may_be_undone)
{
    lock_at(BASE, PAGES(4), 1);
    lock_replay_unlock(&replay, BASE + PAGES(1), PAGES(1), 2);
    cr_assert_eq(replay.event_count, 0);
    cr_assert_eq(replay.bytes, PAGES(3));
    cr_assert_eq(replay.claims.count, 2);
}

Test(locks, many_locks_may_be_undone_at_once)
{
    for (uint64_t i = 0; i < 8; i++)
        lock_at(BASE + i * 512, 512, 1);
    lock_replay_unlock(&replay, BASE, PAGES(1), 2);
    cr_assert_eq(replay.event_count, 0);
}

Test(locks, an_unlock_undoes_the_lock_of_a_neighbour_in_the_page)
{
    lock_at(BASE + 64, 64, 1);
    lock_at(BASE + 128, 64, 2);
    lock_replay_unlock(&replay, BASE + 64, 64, 3);
    cr_assert_eq(replay.event_count, 1);
    cr_assert_eq(replay.events[0].kind, LOCK_EVENT_SHARED_PAGE);
    cr_assert_eq(replay.events[0].loser_site, 2);
    cr_assert_eq(replay.events[0].unlocked_site, 1);
    cr_assert_eq(replay.events[0].page, BASE);
    cr_assert_eq(replay.events[0].address, BASE + 128);
    lock_replay_unlock(&replay, BASE + 128, 64, 4);
    cr_assert_eq(replay.event_count, 1, "it had lost its lock already");
}

Test(locks, equal_events_are_counted)
{
    for (uint64_t i = 0; i < 5; i++) {
        lock_at(BASE + PAGES(i), 64, 1);
        lock_at(BASE + PAGES(i) + 64, 64, 2);
        lock_replay_unlock(&replay, BASE + PAGES(i), 64, 3);
    }
    cr_assert_eq(replay.event_count, 1);
    cr_assert_eq(replay.events[0].count, 5);
}

Test(locks, unmapping_leaves_nothing_to_complain_of)
{
    lock_at(BASE, PAGES(2), 1);
    lock_replay_unmap(&replay, BASE, PAGES(2) - 1);
    cr_assert_eq(replay.bytes, 0);
    cr_assert_eq(replay.claims.count, 0);
    lock_at(BASE, PAGES(2), 2);
    lock_replay_unlock(&replay, BASE, PAGES(2), 3);
    cr_assert_eq(replay.event_count, 0);
}

Test(locks, after_mcl_future_mappings_are_locked_but_huge_pages)
{
    lock_replay_lock_all(&replay, &(struct lock_all){.future = true, .on_fault = true, .site = 7});
    lock_replay_map(&replay, &(struct lock_mapping){.start = BASE, .size = 100, .lockable = true, .site = 8});
    lock_replay_map(&replay, &(struct lock_mapping){.start = BASE + PAGES(10), .size = 100, .lockable = false});
    cr_assert_eq(replay.bytes, PAGES(1));
    cr_assert(lock_set_find(&replay.locked, BASE)->on_fault);
    cr_assert_eq(lock_set_find(&replay.locked, BASE)->site, 7);
    lock_replay_unlock_all(&replay);
    lock_replay_map(&replay, &(struct lock_mapping){.start = BASE, .size = 100, .lockable = true});
    cr_assert_eq(replay.bytes, 0);
}

Test(locks, mlockall_without_mcl_future_drops_it)
{
    lock_replay_lock_all(&replay, &(struct lock_all){.current = true, .future = true, .site = 1});
    lock_replay_lock_all(&replay, &(struct lock_all){.current = true, .site = 2});
    cr_assert_not(replay.future);
    cr_assert_eq(count_events(LOCK_EVENT_FUTURE_DROPPED), 1);
    cr_assert_eq(replay.events[0].loser_site, 1);
    lock_replay_lock_all(&replay, &(struct lock_all){.current = true, .site = 2});
    cr_assert_eq(replay.events[0].count, 1);
}

Test(locks, an_unlock_after_mlockall_and_mlock_undoes_both)
{
    const struct lock_range all[] = {{.start = BASE, .end = BASE + PAGES(8)}};

    lock_replay_lock_all(&replay, &(struct lock_all){.current = true, .site = 1, .ranges = all, .range_count = 1});
    lock_replay_unlock(&replay, BASE + PAGES(4), PAGES(1), 2);
    cr_assert_eq(replay.event_count, 0);
    lock_at(BASE, PAGES(1), 3);
    lock_replay_unlock(&replay, BASE, PAGES(1), 4);
    cr_assert_eq(count_events(LOCK_EVENT_NOT_NESTED), 1);
    cr_assert_eq(replay.events[0].loser_site, 1);
}

Test(locks, a_move_takes_the_lock_along_and_growth_is_locked_too)
{
    lock_at(BASE, PAGES(2), 1);
    lock_replay_move(&replay, &(struct lock_move){BASE, PAGES(2), BASE + PAGES(100), PAGES(3)});
    cr_assert_eq(replay.bytes, PAGES(3));
    cr_assert_null(lock_set_find(&replay.locked, BASE));
    cr_assert_eq(lock_set_find(&replay.locked, BASE + PAGES(102))->site, 1);
    lock_replay_move(&replay, &(struct lock_move){BASE + PAGES(100), PAGES(3), BASE + PAGES(100), PAGES(1)});
    cr_assert_eq(replay.bytes, PAGES(1));
    lock_replay_move(&replay, &(struct lock_move){BASE + PAGES(100), PAGES(1), BASE + PAGES(100), PAGES(2)});
    cr_assert_eq(replay.bytes, PAGES(2));
}

Test(locks, a_second_view_of_locked_pages_is_locked)
{
    lock_at(BASE, PAGES(2), 1);
    lock_replay_move(&replay, &(struct lock_move){BASE, 0, BASE + PAGES(100), PAGES(2)});
    cr_assert_eq(replay.bytes, PAGES(4));
}

Test(locks, the_heap_grows_locked_only_after_mcl_future)
{
    lock_replay_break(&replay, BASE);
    lock_replay_break(&replay, BASE + PAGES(4));
    cr_assert_eq(replay.bytes, 0);
    lock_replay_lock_all(&replay, &(struct lock_all){.future = true, .site = 1});
    lock_replay_break(&replay, BASE + PAGES(6));
    cr_assert_eq(replay.bytes, PAGES(2));
    lock_replay_break(&replay, BASE + PAGES(5) - 7);
    cr_assert_eq(replay.bytes, PAGES(1));
}

Test(locks, fork_leaves_no_locks_but_knows_of_them)
{
    struct lock_replay child;

    lock_replay_lock_all(&replay, &(struct lock_all){.future = true, .site = 1});
    lock_at(BASE, PAGES(4), 2);
    lock_replay_fork(&child, &replay, 9);
    cr_assert_eq(child.bytes, 0);
    cr_assert_not(child.future);
    cr_assert_eq(lock_set_bytes(&child.lost), PAGES(4));
    lock_replay_unmap(&child, BASE, PAGES(1));
    lock_replay_lock(&child, &(struct lock_request){.address = BASE + PAGES(1), .size = PAGES(1), .way = LOCK_CALL});
    cr_assert_eq(lock_set_bytes(&child.lost), PAGES(2));
    cr_assert_eq(child.fork_site, 9);
    lock_replay_finish(&child);
}

Test(locks, what_was_refused_is_remembered_until_it_is_locked_or_gone)
{
    lock_at(BASE, PAGES(1), 1);
    lock_replay_refuse(&replay, BASE, PAGES(4), 2);
    cr_assert_eq(lock_set_bytes(&replay.refused), PAGES(3));
    lock_at(BASE + PAGES(1), PAGES(1), 1);
    lock_replay_unmap(&replay, BASE + PAGES(2), PAGES(1));
    cr_assert_eq(lock_set_bytes(&replay.refused), PAGES(1));
}

/* ---- Freed blocks ---- */

static bool is_freed(void *context, const struct lock_claim *claim)
{
    return claim->block == *(const uint64_t *)context;
}

static void lock_block(uint64_t block, uint64_t size, uint32_t site)
{
    lock_replay_lock(&replay, &(struct lock_request){
                                  .address = block, .size = size, .way = LOCK_CALL, .site = site, .block = block, .block_site = 9});
}

Test(locks, the_lock_of_a_freed_block_has_no_owner_that_could_lose_it)
{
    uint64_t freed = BASE + 64;

    lock_block(BASE + 64, 64, 1);
    lock_block(BASE + 128, 64, 2);
    lock_replay_retire(&replay, BASE + 128, 64, is_freed, &freed);
    cr_assert_eq(replay.orphans.count, 1);
    cr_assert_eq(replay.orphans.items[0].site, 1);
    cr_assert_eq(replay.orphans.items[0].block_site, 9);
    lock_replay_unlock(&replay, BASE + 128, 64, 3);
    cr_assert_eq(replay.event_count, 0);
    cr_assert_eq(replay.orphans.count, 0, "its page is unlocked");
}

Test(locks, under_mlockall_a_freed_block_stays_locked_on_purpose)
{
    const struct lock_range all[] = {{.start = BASE, .end = BASE + PAGES(8)}};
    uint64_t freed = BASE;

    lock_block(BASE, 64, 1);
    lock_replay_lock_all(&replay, &(struct lock_all){.current = true, .site = 2, .ranges = all, .range_count = 1});
    lock_replay_retire(&replay, 0, BASE * 2, is_freed, &freed);
    cr_assert_eq(replay.orphans.count, 0);
    cr_assert_eq(replay.claims.count, 1);
}

Test(locks, a_block_moves_with_its_memory)
{
    lock_block(BASE + 16, PAGES(2), 1);
    lock_replay_move(&replay, &(struct lock_move){BASE, PAGES(3), BASE + PAGES(100), PAGES(4)});
    cr_assert_eq(replay.claims.items[0].block, BASE + PAGES(100) + 16);
}
