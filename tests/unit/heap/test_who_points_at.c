/* SPDX-License-Identifier: MIT
 * The places that hold a pointer to a block, and the chains of pointers that lead there. */
#include "heap/who_points_at.h"

#include <criterion/criterion.h>

#include "fake_process.h"

#define STACK UINT64_C(0x7ffff0000000)

static struct fake_process *p;

static void setup(void)
{
    p = fake_create();
}

static void teardown(void)
{
    fake_destroy(p);
}

TestSuite(who_points_at, .init = setup, .fini = teardown);

static const struct pointer_answer *ask(uint64_t address)
{
    static uint64_t asked;

    asked = address;
    p->wishes.addresses = &asked;
    p->wishes.address_count = 1;
    fake_check(p);
    cr_assert_eq(p->result.answer_count, 1);
    cr_assert_eq(p->result.answers[0].address, address);
    return &p->result.answers[0];
}

static void expect_root(const struct pointer_step *step, enum root_kind root, uint64_t address, uint64_t offset)
{
    cr_expect(!step->in_block);
    cr_expect_eq(step->root, root, "root %d", step->root);
    cr_expect_eq(step->address, address, "at %#lx", (unsigned long)step->address);
    cr_expect_eq(step->offset, offset, "to +%lu", (unsigned long)step->offset);
}

static void expect_block(const struct pointer_step *step, uint64_t block, uint64_t at, uint64_t offset)
{
    cr_expect(step->in_block);
    cr_expect_eq(step->block.address, block);
    cr_expect_eq(step->address, block + at, "at %#lx", (unsigned long)step->address);
    cr_expect_eq(step->offset, offset, "to +%lu", (unsigned long)step->offset);
}

Test(who_points_at, a_global_variable)
{
    uint64_t a = fake_take(p, 48);

    fake_put(p, FAKE_DATA + 40, a);
    const struct pointer_answer *answer = ask(a + 47);
    cr_assert(answer->found);
    cr_expect_eq(answer->block.address, a);
    cr_expect_eq(answer->kind, LEAK_REACHABLE);
    cr_expect_eq(answer->roots, 1);
    cr_expect_eq(answer->holders + answer->lost_holders, 0);
    cr_assert_eq(answer->path_count, 1);
    cr_assert_eq(answer->paths[0].count, 1);
    expect_root(&answer->paths[0].steps[0], ROOT_REGION, FAKE_DATA + 40, 0);
}

Test(who_points_at, no_block)
{
    uint64_t a = fake_take(p, 48);

    fake_global(p, a);
    cr_expect(!ask(a + 48)->found);
    cr_expect(!ask(0)->found);
    cr_expect(!ask(UINT64_MAX)->found);
    cr_expect_eq(ask(FAKE_DATA)->path_count, 0);
}

Test(who_points_at, a_chain_from_the_roots_with_the_offsets_of_its_pointers)
{
    uint64_t a = fake_take(p, 48), b = fake_take(p, 64), c = fake_take(p, 32);

    fake_put(p, FAKE_DATA + 8, a);
    fake_put(p, a + 16, b);
    fake_put(p, b + 56, c);
    const struct pointer_answer *answer = ask(c);
    cr_expect_eq(answer->roots, 0);
    cr_expect_eq(answer->holders, 1);
    cr_assert_eq(answer->path_count, 1);
    const struct pointer_path *path = &answer->paths[0];
    cr_assert_eq(path->count, 3);
    expect_root(&path->steps[0], ROOT_REGION, FAKE_DATA + 8, 0);
    expect_block(&path->steps[1], a, 16, 0);
    expect_block(&path->steps[2], b, 56, 0);
    cr_expect_eq(path->steps[2].kind, LEAK_REACHABLE);
}

Test(who_points_at, shorter_paths_come_first_and_each_place_has_one)
{
    uint64_t far = fake_take(p, 32), middle = fake_take(p, 32), near = fake_take(p, 32), a = fake_take(p, 32);

    fake_global(p, far);
    fake_global(p, near);
    fake_global(p, a);
    fake_put(p, far, middle);
    fake_put(p, middle, a);
    fake_put(p, near, a);
    const struct pointer_answer *answer = ask(a);
    cr_assert_eq(answer->path_count, 3);
    cr_expect_eq(answer->paths[0].count, 1);
    cr_expect_eq(answer->paths[1].count, 2);
    expect_block(&answer->paths[1].steps[1], near, 0, 0);
    cr_expect_eq(answer->paths[2].count, 3);
    cr_expect_eq(answer->holders, 2);
}

Test(who_points_at, pointers_inside_are_told_apart_and_count_less)
{
    uint64_t a = fake_take(p, 48), holder = fake_take(p, 64);

    fake_put(p, FAKE_DATA, a + 20);
    fake_put(p, FAKE_DATA + 8, holder);
    fake_put(p, holder + 8, a + 16);
    const struct pointer_answer *answer = ask(a);
    cr_expect_eq(answer->kind, LEAK_POSSIBLE);
    cr_assert_eq(answer->path_count, 2);
    expect_root(&answer->paths[0].steps[0], ROOT_REGION, FAKE_DATA, 20);
    expect_block(&answer->paths[1].steps[1], holder, 8, 16);
    fake_put(p, holder + 24, a);
    answer = ask(a);
    cr_expect_eq(answer->kind, LEAK_REACHABLE);
    expect_block(&answer->paths[1].steps[1], holder, 24, 0);
}

Test(who_points_at, a_chain_of_pointers_to_starts_is_preferred_to_a_shorter_one)
{
    uint64_t a = fake_take(p, 48), b = fake_take(p, 48), c = fake_take(p, 48), d = fake_take(p, 48);

    fake_put(p, FAKE_DATA, b + 8);
    fake_put(p, FAKE_DATA + 8, c);
    fake_put(p, c, b);
    fake_put(p, b, a);
    fake_put(p, d, a); /* lost */
    const struct pointer_answer *answer = ask(a);
    cr_assert_eq(answer->path_count, 1);
    cr_assert_eq(answer->paths[0].count, 3);
    expect_block(&answer->paths[0].steps[1], c, 0, 0);
    cr_expect_eq(answer->lost_holders, 1);
    cr_assert_eq(answer->lost_count, 1);
    expect_block(&answer->lost[0], d, 0, 0);
    cr_expect_eq(answer->lost[0].kind, LEAK_DEFINITE);
}

Test(who_points_at, nobody_but_lost_blocks)
{
    uint64_t a = fake_take(p, 48), holder = fake_take(p, 48);

    fake_put(p, holder + 40, a + 8);
    const struct pointer_answer *answer = ask(a);
    cr_expect_eq(answer->kind, LEAK_INDIRECT);
    cr_expect_eq(answer->path_count, 0);
    cr_expect_eq(answer->holders, 0);
    cr_assert_eq(answer->lost_count, 1);
    expect_block(&answer->lost[0], holder, 40, 8);
    answer = ask(holder);
    cr_expect_eq(answer->kind, LEAK_DEFINITE);
    cr_expect_eq(answer->path_count + answer->lost_count, 0);
}

Test(who_points_at, registers_and_stacks_have_their_threads)
{
    uint64_t a = fake_take(p, 48), b = fake_take(p, 48);

    fake_region(p, STACK, 0x10000, REGION_STACK);
    fake_put(p, STACK + 0x9000, a);
    struct thread_state *thread = fake_thread(p);
    thread->tid = 77;
    thread->registers_valid = true;
    thread->register_count = 3;
    thread->registers[2] = a;
    thread->registers[1] = b + 1;
    thread->stack_pointer = STACK + 0x8000;
    const struct pointer_answer *answer = ask(a);
    cr_expect_eq(answer->roots, 2);
    cr_assert_eq(answer->path_count, 2);
    expect_root(&answer->paths[0].steps[0], ROOT_STACK, STACK + 0x9000, 0);
    expect_root(&answer->paths[1].steps[0], ROOT_REGISTER, 0, 0);
    cr_expect_eq(answer->paths[1].steps[0].tid, 77);
    cr_expect_eq(answer->paths[1].steps[0].register_index, 2);
    expect_root(&ask(b)->paths[0].steps[0], ROOT_REGISTER, 0, 1);
}

Test(who_points_at, of_the_allocators_own_data_only_pointers_to_starts_count)
{
    uint64_t a = fake_take(p, 48);

    fake_region(p, FAKE_MMAP, 0x1000, REGION_LIBC_DATA);
    fake_put(p, FAKE_MMAP + 64, a + 16);
    cr_expect_eq(ask(a)->path_count, 0);
    fake_put(p, FAKE_MMAP + 72, a);
    const struct pointer_answer *answer = ask(a);
    cr_assert_eq(answer->path_count, 1);
    expect_root(&answer->paths[0].steps[0], ROOT_LIBC_DATA, FAKE_MMAP + 72, 0);
}

Test(who_points_at, a_block_that_is_not_to_be_reported_has_no_pointer)
{
    uint64_t a = fake_take(p, 48);

    fake_last(p)->ignored = 1;
    fake_root_word(p, a + 5);
    const struct pointer_answer *answer = ask(a);
    cr_expect_eq(answer->roots, 2);
    expect_root(&answer->paths[0].steps[0], ROOT_EXEMPT, 0, 0);
    expect_root(&answer->paths[1].steps[0], ROOT_WORD, 0, 5);
}

Test(who_points_at, of_a_long_path_the_middle_is_left_out)
{
    enum { LENGTH = 1000 };
    uint64_t blocks[LENGTH];

    for (int i = 0; i < LENGTH; i++)
        blocks[i] = fake_take(p, 32);
    fake_global(p, blocks[0]);
    for (int i = 1; i < LENGTH; i++)
        fake_put(p, blocks[i - 1] + 8, blocks[i]);
    const struct pointer_answer *answer = ask(blocks[LENGTH - 1]);
    cr_assert_eq(answer->path_count, 1);
    const struct pointer_path *path = &answer->paths[0];
    cr_assert_eq(path->count, POINTER_STEPS_MAX);
    cr_expect_eq(path->left_out, LENGTH - POINTER_STEPS_MAX);
    expect_root(&path->steps[0], ROOT_REGION, FAKE_DATA, 0);
    expect_block(&path->steps[POINTER_STEPS_MAX / 2 - 1], blocks[POINTER_STEPS_MAX / 2 - 2], 8, 0);
    expect_block(&path->steps[POINTER_STEPS_MAX / 2], blocks[LENGTH - 1 - POINTER_STEPS_MAX / 2], 8, 0);
    expect_block(&path->steps[POINTER_STEPS_MAX - 1], blocks[LENGTH - 2], 8, 0);
}

Test(who_points_at, many_holders_are_counted_and_the_nearest_told)
{
    enum { HOLDERS = 40 };
    uint64_t a = fake_take(p, 48), list = 0;

    for (int i = 0; i < HOLDERS; i++) {
        uint64_t holder = fake_take(p, 32), lost = fake_take(p, 32);
        fake_put(p, holder, a);
        fake_put(p, lost, a);
        fake_put(p, holder + 8, list);
        list = holder;
    }
    fake_global(p, list);
    const struct pointer_answer *answer = ask(a);
    cr_expect_eq(answer->holders, HOLDERS);
    cr_expect_eq(answer->lost_holders, HOLDERS);
    cr_expect_eq(answer->lost_count, POINTER_PATHS_MAX);
    cr_assert_eq(answer->path_count, POINTER_PATHS_MAX);
    for (size_t i = 0; i < POINTER_PATHS_MAX; i++)
        cr_expect_eq(answer->paths[i].count, i + 2);
}

Test(who_points_at, several_addresses_are_answered_in_their_order)
{
    uint64_t a = fake_take(p, 48), b = fake_take(p, 48), addresses[] = {b, 1, a, b + 8};

    fake_put(p, FAKE_DATA, a);
    fake_put(p, a, b);
    p->wishes.addresses = addresses;
    p->wishes.address_count = 4;
    fake_check(p);
    const struct pointer_answer *answers = p->result.answers;
    cr_assert_eq(p->result.answer_count, 4);
    cr_expect_eq(answers[0].block.address, b);
    cr_expect(!answers[1].found);
    cr_expect_eq(answers[2].block.address, a);
    cr_expect_eq(answers[3].block.address, b);
    cr_expect_eq(answers[3].path_count, 1);
    cr_expect_eq(answers[2].roots, 1);
}
