/* SPDX-License-Identifier: MIT
 * What becomes of blocks that somebody does not want to hear of, and of what hangs below them. */
#include <criterion/criterion.h>

#include "fake_process.h"

static struct fake_process *p;

static void setup(void)
{
    p = fake_create();
}

static void teardown(void)
{
    fake_destroy(p);
}

TestSuite(suppress, .init = setup, .fini = teardown);

static size_t times_asked(uint64_t address, enum leak_kind kind)
{
    size_t times = 0;

    for (size_t i = 0; i < p->asked_count; i++)
        times += p->asked[i].site == fake_find(p, address)->site && p->asked[i].kind == kind;
    return times;
}

Test(suppress, what_hangs_below_a_suppressed_block_goes_with_it)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), c = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, b, c);
    fake_suppress(p, a, LEAK_DEFINITE);
    fake_check(p);
    expect_kind(p, a, LEAK_SUPPRESSED);
    expect_kind(p, b, LEAK_SUPPRESSED);
    expect_kind(p, c, LEAK_SUPPRESSED);
    cr_expect_eq(p->result.total[LEAK_SUPPRESSED].blocks, 3);
    cr_expect_eq(p->result.total[LEAK_SUPPRESSED].bytes, 96);
    cr_expect_eq(p->result.total[LEAK_DEFINITE].blocks + p->result.total[LEAK_INDIRECT].blocks, 0);
    cr_expect_eq(p->asked_count, 1, "of what is gone nobody is asked");
}

Test(suppress, a_child_shared_with_a_suppressed_block_is_not_counted_with_the_other)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), shared = fake_take(p, 64), own = fake_take(p, 16);
    fake_put(p, a, shared);
    fake_put(p, a + 8, own);
    fake_put(p, b, shared);
    fake_suppress(p, b, LEAK_DEFINITE);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_kind(p, own, LEAK_INDIRECT);
    expect_kind(p, shared, LEAK_SUPPRESSED);
    cr_expect_eq(fake_record(p, a)->indirect.bytes, 16);
}

Test(suppress, an_indirect_block_can_be_suppressed_without_its_parent)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), c = fake_take(p, 32), d = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, a + 8, d);
    fake_put(p, b, c);
    fake_suppress(p, b, LEAK_INDIRECT);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
    expect_kind(p, b, LEAK_SUPPRESSED);
    expect_kind(p, c, LEAK_SUPPRESSED);
    expect_kind(p, d, LEAK_INDIRECT);
    cr_expect_eq(fake_record(p, a)->indirect.blocks, 1);
}

Test(suppress, a_ring_goes_with_any_of_its_blocks)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    fake_put(p, a, b);
    fake_put(p, b, a);
    fake_suppress(p, b, LEAK_INDIRECT);
    fake_check(p);
    expect_kind(p, a, LEAK_SUPPRESSED);
    expect_kind(p, b, LEAK_SUPPRESSED);
}

Test(suppress, a_possible_block_takes_its_chain_along)
{
    uint64_t a = fake_take(p, 128), b = fake_take(p, 32), other = fake_take(p, 128);
    fake_global(p, a + 16);
    fake_global(p, other + 16);
    fake_put(p, a, b);
    fake_suppress(p, a, LEAK_POSSIBLE);
    fake_check(p);
    expect_kind(p, a, LEAK_SUPPRESSED);
    expect_kind(p, b, LEAK_SUPPRESSED);
    expect_kind(p, other, LEAK_POSSIBLE);
}

Test(suppress, reachable_blocks_are_neither_asked_for_nor_taken_along)
{
    uint64_t lost = fake_take(p, 32), held = fake_take(p, 32);
    fake_global(p, held);
    fake_put(p, lost, held);
    fake_suppress(p, lost, LEAK_DEFINITE);
    fake_suppress(p, held, LEAK_REACHABLE);
    fake_check(p);
    expect_kind(p, held, LEAK_REACHABLE);
    cr_expect_eq(times_asked(held, LEAK_REACHABLE), 0);
}

Test(suppress, each_site_and_kind_is_asked_for_once)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32), c = fake_take(p, 32);
    fake_find(p, b)->site = fake_find(p, a)->site;
    fake_find(p, c)->site = fake_find(p, a)->site;
    fake_put(p, a, c);
    fake_check(p);
    cr_expect_eq(p->asked_count, 2);
    cr_expect_eq(times_asked(a, LEAK_DEFINITE), 1);
    cr_expect_eq(times_asked(a, LEAK_INDIRECT), 1);
}

Test(suppress, a_kind_is_suppressed_by_itself)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    fake_find(p, b)->site = fake_find(p, a)->site;
    fake_put(p, a, b);
    fake_suppress(p, a, LEAK_INDIRECT);
    fake_check(p);
    cr_expect_eq(p->result.total[LEAK_DEFINITE].blocks, 1);
    cr_expect_eq(p->result.total[LEAK_SUPPRESSED].blocks, 1);
}
