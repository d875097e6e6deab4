/* SPDX-License-Identifier: MIT
 * Each check on made-up facts: it finds what it is for, and nothing where there is nothing. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "locks/lock_checks.h"

#define PAGES(n) ((uint64_t)(n)*LOCK_PAGE)
#define BASE     UINT64_C(0x10000000)

static struct lock_replay replay;
static struct lock_pieces pieces;
static struct site_finding_list list;

static void finish(void)
{
    site_finding_list_finish(&list);
    lock_pieces_finish(&pieces);
    lock_replay_finish(&replay);
}

TestSuite(lock_checks, .fini = finish);

static struct lock_look look(void)
{
    return (struct lock_look){.replay = &replay, .pieces = &pieces, .absent_known = true};
}

static void lock_at(uint64_t address, uint64_t size, uint32_t site, bool on_fault)
{
    lock_replay_lock(&replay, &(struct lock_request){address, size, LOCK_CALL, on_fault, site});
}

/* Private memory at [BASE, BASE + size), locked by the kernel from `locked_from` on. */
static void kernel_has(uint64_t size, bool on_fault)
{
    const struct lock_mapping_state mapping = {.start = BASE,
                                               .end = BASE + size,
                                               .locked = true,
                                               .on_fault = on_fault,
                                               .accessible = true,
                                               .dumped = true,
                                               .anonymous = true};

    lock_pieces_make(&replay.locked, &(struct lock_set){0}, &mapping, 1, &pieces);
}

/* The only finding; its id and its severity. */
static const struct site_finding *only(const struct lock_look *from, const char *id, enum finding_severity severity)
{
    lock_checks_run(from, &list);
    cr_assert_eq(list.count, 1, "%d findings", (int)list.count);
    cr_assert_str_eq(list.items[0].id, id);
    cr_assert_eq(list.items[0].severity, severity);
    cr_assert_not_null(list.items[0].remedy);
    return &list.items[0];
}

static void nothing(const struct lock_look *from)
{
    lock_checks_run(from, &list);
    cr_assert_eq(list.count, 0, "%s", list.count ? list.items[0].id : "");
}

Test(lock_checks, of_nothing_there_is_nothing_to_say)
{
    const struct lock_look empty = look();

    nothing(&empty);
}

Test(lock_checks, a_lock_that_is_as_it_should_be_is_no_finding)
{
    struct lock_look good = look();

    lock_at(BASE, PAGES(2), 1, false);
    kernel_has(PAGES(2), false);
    good.core_limit = known_value(0);
    nothing(&good);
}

Test(lock_checks, failures_are_errors_with_their_call)
{
    const struct lock_look failed = look();
    const struct lock_event event = {
        .kind = LOCK_EVENT_FAILED, .site = 3, .failure = {.call = LOCK_CALL_MLOCK, .name = "mlock2", .error = EPERM, .size = 64}};

    lock_replay_event(&replay, &event);
    lock_replay_event(&replay, &event);
    const struct site_finding *found = only(&failed, "mlock.failed", FINDING_ERROR);
    cr_assert_str_eq(found->what, "mlock2 of 64 bytes failed with EPERM");
    cr_assert_eq(found->count, 2);
    cr_assert_eq(found->places[0].role, ROLE_CALL);
    cr_assert_eq(found->places[0].site, 3);
}

Test(lock_checks, a_failure_that_is_our_fault_is_none_of_the_program)
{
    const struct lock_look failed = look();

    lock_replay_event(&replay, &(struct lock_event){.kind = LOCK_EVENT_FAILED,
                                                    .failure = {.call = LOCK_CALL_MLOCKALL,
                                                                .name = "mlockall",
                                                                .error = ENOMEM,
                                                                .limit = known_value(1000),
                                                                .total = known_value(1500),
                                                                .own = 700}});
    only(&failed, "mlock.failed", FINDING_WARNING);
}

Test(lock_checks, going_on_without_the_lock_is_noted_unless_the_block_is_gone)
{
    struct lock_look went_on = look();
    const struct lock_freed freed = {.start = BASE, .size = PAGES(2)};

    lock_replay_refuse(&replay, BASE, PAGES(2), 4);
    lock_replay_count(&replay, true);
    cr_assert_str_eq(only(&went_on, "mlock.unchecked", FINDING_NOTE)->numbers, "8 KiB not locked in the end; 1 of 1 calls failed");
    site_finding_list_finish(&list);
    went_on.freed = &freed;
    went_on.freed_count = 1;
    lock_checks_run(&went_on, &list);
    for (size_t i = 0; i < list.count; i++)
        cr_assert_str_neq(list.items[i].id, "mlock.unchecked");
}

Test(lock_checks, freed_blocks_are_summed_up_by_their_stacks)
{
    const struct lock_freed freed[] = {{BASE, 64, BASE, 1, 2, 3},
                                       {BASE + 64, 64, BASE + 64, 1, 2, 3},
                                       {BASE + 192, 64, BASE + 64, 1, 2, 3},
                                       {BASE + PAGES(1), PAGES(2), BASE + PAGES(1), 1, 2, 0}};
    struct lock_look leaked = look();

    leaked.freed = freed;
    leaked.freed_count = 4;
    lock_checks_run(&leaked, &list);
    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(list.items[0].id, "mlock.leaked");
    cr_assert_str_eq(list.items[0].numbers, "4 KiB stay locked for 2 freed blocks");
    cr_assert_eq(list.items[0].place_count, 3);
    cr_assert_str_eq(list.items[1].numbers, "8 KiB stay locked for 1 freed block");
    cr_assert_eq(list.items[1].place_count, 2);
}

Test(lock_checks, segments_that_stay_locked_are_named)
{
    const struct lock_segment segment = {42, known_value(PAGES(32)), 5};
    struct lock_look left = look();

    left.segments = &segment;
    left.segment_count = 1;
    cr_assert_str_eq(only(&left, "mlock.leaked", FINDING_WARNING)->what, "shared memory segment 42 stays locked");
}

Test(lock_checks, absent_pages_are_a_warning_unless_they_are_locked_on_fault)
{
    const struct lock_look absent = look();

    lock_at(BASE, PAGES(4), 1, true);
    kernel_has(PAGES(4), true);
    pieces.items[0].absent = PAGES(3);
    cr_assert_str_eq(only(&absent, "mlock.not-resident", FINDING_NOTE)->numbers, "12 KiB of 16 KiB");
    site_finding_list_finish(&list);
    pieces.items[0].on_fault = false;
    only(&absent, "mlock.not-resident", FINDING_WARNING);
    site_finding_list_finish(&list);
    pieces.items[0].accessible = false;
    nothing(&absent);
}

Test(lock_checks, secrets_that_a_core_dump_would_hold_are_noted)
{
    struct lock_look dumped = look();

    lock_at(BASE, PAGES(1), 1, false);
    kernel_has(PAGES(1), false);
    dumped.core_limit = known_value(KNOWN_UNLIMITED);
    cr_assert_str_eq(only(&dumped, "mlock.secret-dumpable", FINDING_NOTE)->numbers, "4 KiB; RLIMIT_CORE is unlimited");
    site_finding_list_finish(&list);
    dumped.core_limit = known_value(0);
    dumped.core_piped = true;
    only(&dumped, "mlock.secret-dumpable", FINDING_NOTE);
    site_finding_list_finish(&list);
    pieces.items[0].dumped = false;
    nothing(&dumped);
}

Test(lock_checks, what_mlockall_locked_is_no_secret)
{
    struct lock_look all = look();

    lock_replay_lock(&replay, &(struct lock_request){BASE, PAGES(1), LOCK_ALL, false, 1});
    kernel_has(PAGES(1), false);
    all.core_limit = known_value(KNOWN_UNLIMITED);
    nothing(&all);
}

Test(lock_checks, a_child_that_writes_to_what_its_parent_locked_is_warned_of)
{
    struct lock_replay parent = {0};
    struct lock_look forked = look();

    lock_replay_lock(&parent, &(struct lock_request){BASE, PAGES(4), LOCK_CALL, false, 6});
    lock_replay_fork(&replay, &parent, 7);
    lock_replay_finish(&parent);
    forked.lost_touched = known_value(0);
    nothing(&forked);
    forked.lost_touched = known_value(PAGES(1));
    const struct site_finding *found = only(&forked, "mlock.after-fork", FINDING_WARNING);
    cr_assert_eq(found->places[0].role, ROLE_FORK);
    cr_assert_eq(found->places[0].site, 7);
    cr_assert_eq(found->places[1].site, 6);
}

Test(lock_checks, the_capability_matters_only_while_mcl_future_holds)
{
    struct lock_look dropped = look();

    lock_replay_lock_all(&replay, &(struct lock_all){.future = true, .privileged = true, .site = 1});
    dropped.limit = known_value(PAGES(64));
    only(&dropped, "mlock.future-dropped", FINDING_WARNING);
    site_finding_list_finish(&list);
    dropped.limit = known_value(KNOWN_UNLIMITED);
    nothing(&dropped);
    dropped.limit = known_value(PAGES(64));
    dropped.privileged = true;
    nothing(&dropped);
}

Test(lock_checks, a_death_inside_of_a_lock_is_an_error_with_the_group)
{
    const struct lock_death death = {"mlock", PAGES(4096), "/a/b", known_value(PAGES(2048)), known_value(PAGES(2000)), 1};
    struct lock_look killed = look();

    killed.death = &death;
    const struct site_finding *found = only(&killed, "mlock.exceeds-cgroup", FINDING_ERROR);
    cr_assert_str_eq(found->what, "killed for want of memory inside of mlock of 16 MiB");
    cr_assert_str_eq(found->numbers, "control group /a/b: limit 8 MiB, 7.8 MiB in use");
}

/* ---- The kernel against the replay ---- */

Test(lock_checks, pieces_are_cut_at_mappings_and_at_sites)
{
    const struct lock_mapping_state mappings[] = {{.start = BASE, .end = BASE + PAGES(3), .locked = true},
                                                  {.start = BASE + PAGES(3), .end = BASE + PAGES(4), .locked = true},
                                                  {.start = BASE + PAGES(4), .end = BASE + PAGES(8)}};

    lock_at(BASE, PAGES(2), 1, false);
    lock_at(BASE + PAGES(2), PAGES(2), 2, false);
    lock_pieces_make(&replay.locked, &(struct lock_set){0}, mappings, 3, &pieces);
    cr_assert_eq(pieces.count, 3);
    cr_assert_eq(pieces.items[1].site, 2);
    cr_assert_eq(pieces.items[1].end, BASE + PAGES(3));
    cr_assert_eq(pieces.missing, 0);
    cr_assert_eq(lock_pieces_way_bytes(&pieces, LOCK_CALL), PAGES(4));
}

Test(lock_checks, what_the_kernel_does_not_have_is_missing)
{
    const struct lock_mapping_state mapping = {.start = BASE, .end = BASE + PAGES(3)};

    lock_at(BASE, PAGES(2), 1, false);
    lock_pieces_make(&replay.locked, &(struct lock_set){0}, &mapping, 1, &pieces);
    cr_assert_eq(pieces.count, 0);
    cr_assert_eq(pieces.missing, PAGES(2));
}

Test(lock_checks, what_only_the_kernel_has_is_explained_or_unknown)
{
    struct lock_mapping_state mapping = {.start = BASE, .end = BASE + PAGES(8), .locked = true, .stack = true};

    lock_at(BASE + PAGES(6), PAGES(2), 1, false);
    lock_pieces_make(&replay.locked, &(struct lock_set){0}, &mapping, 1, &pieces);
    cr_assert_eq(lock_pieces_way_bytes(&pieces, LOCK_GROWN), PAGES(6));
    lock_pieces_finish(&pieces);
    mapping.stack = false;
    lock_pieces_make(&replay.locked, &(struct lock_set){0}, &mapping, 1, &pieces);
    cr_assert_eq(lock_pieces_way_bytes(&pieces, LOCK_UNKNOWN), PAGES(6));
    lock_pieces_finish(&pieces);
    mapping.secret = true;
    lock_pieces_make(&replay.locked, &(struct lock_set){0}, &mapping, 1, &pieces);
    cr_assert_eq(lock_pieces_way_bytes(&pieces, LOCK_SECRET), PAGES(6));
    cr_assert_eq(lock_pieces_bytes(&pieces), PAGES(8));
}

Test(lock_checks, our_own_memory_is_left_out)
{
    const struct lock_mapping_state mapping = {.start = BASE, .end = BASE + PAGES(8), .locked = true};
    struct lock_set own = {0};

    lock_set_add(&own, &(struct lock_range){.start = BASE + PAGES(2), .end = BASE + PAGES(4)});
    lock_set_add(&own, &(struct lock_range){.start = BASE + PAGES(7), .end = BASE + PAGES(9)});
    lock_replay_lock(&replay, &(struct lock_request){BASE, PAGES(8), LOCK_ALL, false, 1});
    lock_pieces_make(&replay.locked, &own, &mapping, 1, &pieces);
    lock_set_finish(&own);
    cr_assert_eq(lock_pieces_bytes(&pieces), PAGES(5));
    cr_assert_eq(lock_pieces_way_bytes(&pieces, LOCK_ALL), PAGES(5));
    cr_assert_eq(pieces.missing, 0);
}
