/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tracer/locks/segment_locks.h"
#include "tracer/unwind/stack_sites.h"

/* ---- Stacks ---- */

static uint32_t add(struct stack_sites *sites, uint64_t innermost, uint32_t generation)
{
    uint64_t frames[] = {innermost, 0x200};

    return stack_sites_add(sites, &(struct call_stack){frames, 2, generation});
}

Test(stack_sites, equal_stacks_have_one_number)
{
    struct stack_sites sites = {0};

    cr_assert_eq(add(&sites, 0x100, 0), 1);
    cr_assert_eq(add(&sites, 0x101, 0), 2);
    cr_assert_eq(add(&sites, 0x100, 1), 3, "code may have changed places");
    cr_assert_eq(add(&sites, 0x100, 0), 1);
    stack_sites_finish(&sites);
}

Test(stack_sites, a_stack_without_frames_is_not_known)
{
    struct stack_sites sites = {0};

    cr_assert_eq(stack_sites_add(&sites, &(struct call_stack){0}), 0);
    cr_assert_eq(stack_sites_copy(&sites, 0).frame_count, 0);
    cr_assert_eq(stack_sites_copy(&sites, 1).frame_count, 0);
    stack_sites_finish(&sites);
}

Test(stack_sites, copies_are_the_callers)
{
    struct stack_sites sites = {0};
    const uint32_t id = add(&sites, 0x100, 7);
    struct call_stack copy = stack_sites_copy(&sites, id);

    stack_sites_finish(&sites);
    cr_assert(copy.frame_count == 2 && copy.frames[0] == 0x100 && copy.generation == 7);
    free(copy.frames);
}

/* ---- Segments ---- */

static void lock(struct segment_locks *locks, uint64_t name_space, int id, pid_t locker)
{
    segment_locks_add(locks, &(struct segment_lock){name_space, id, locker, 1});
}

Test(segment_locks, the_last_who_locked_counts)
{
    struct segment_locks locks = {0};

    lock(&locks, 1, 5, 100);
    lock(&locks, 1, 5, 101);
    cr_assert_eq(locks.count, 1);
    cr_assert_eq(locks.items[0].locker, 101);
    segment_locks_finish(&locks);
}

Test(segment_locks, ids_belong_to_a_namespace)
{
    struct segment_locks locks = {0};

    lock(&locks, 1, 5, 100);
    lock(&locks, 2, 5, 100);
    segment_locks_remove(&locks, 2, 5);
    cr_assert_eq(locks.count, 1);
    cr_assert_eq(locks.items[0].name_space, 1);
    segment_locks_finish(&locks);
}

Test(segment_locks, a_process_that_is_told_of_is_forgotten)
{
    struct segment_locks locks = {0};

    lock(&locks, 1, 5, 100);
    lock(&locks, 1, 6, 101);
    segment_locks_forget(&locks, 100);
    cr_assert_eq(locks.count, 1);
    cr_assert_eq(locks.items[0].id, 6);
    segment_locks_finish(&locks);
}
