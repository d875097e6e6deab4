/* SPDX-License-Identifier: MIT
 * Which blocks lie on pages that nobody has touched. */
#include <criterion/criterion.h>

#include "records/cold_record.h"
#include "fake_process.h"

#define PAGE 4096

static struct fake_process *p;
static struct cold_pages pages;

static void setup(void)
{
    p = fake_create();
    p->wishes.cold = &pages;
    fake_map(p, FAKE_MMAP, 64 * PAGE);
}

static void teardown(void)
{
    fake_destroy(p);
    cold_pages_finish(&pages);
}

TestSuite(cold_blocks, .init = setup, .fini = teardown);

/* Page numbers in FAKE_MMAP. */
static void data(unsigned first, unsigned end)
{
    page_runs_add(&pages.data, FAKE_MMAP + first * PAGE, FAKE_MMAP + end * PAGE);
}

static void untouched(unsigned first, unsigned end)
{
    page_runs_add(&pages.untouched, FAKE_MMAP + first * PAGE, FAKE_MMAP + end * PAGE);
}

static void expect_cold(uint64_t address, uint64_t blocks, uint64_t bytes)
{
    const struct leak_amount cold = fake_record(p, address)->cold;

    cr_expect(cold.blocks == blocks && cold.bytes == bytes, "block %#lx: %lu blocks, %lu bytes", address, cold.blocks, cold.bytes);
}

Test(cold_blocks, a_block_is_cold_if_all_its_pages_are)
{
    uint64_t before = fake_block(p, FAKE_MMAP + 16, PAGE - 16), across = fake_block(p, FAKE_MMAP + PAGE, PAGE + 1),
             after = fake_block(p, FAKE_MMAP + 3 * PAGE + 32, 100);
    data(0, 4);
    untouched(0, 2);
    untouched(3, 4);
    fake_check(p);
    expect_cold(before, 1, PAGE - 16);
    expect_cold(across, 0, 0); /* its last byte lies on a page that was touched */
    expect_cold(after, 1, 100);
    cr_expect_eq(p->result.cold[LEAK_DEFINITE].blocks, 2);
    cr_expect_eq(p->result.cold[LEAK_DEFINITE].bytes, PAGE - 16 + 100);
}

Test(cold_blocks, small_blocks_of_one_page_share_its_fate)
{
    uint64_t first = fake_block(p, FAKE_MMAP + 32, 32), second = fake_block(p, FAKE_MMAP + 80, 32);
    uint64_t other = fake_block(p, FAKE_MMAP + PAGE + 32, 32);
    data(0, 2);
    untouched(1, 2);
    fake_check(p);
    expect_cold(first, 0, 0);
    expect_cold(second, 0, 0);
    expect_cold(other, 1, 32);
}

Test(cold_blocks, what_holds_no_data_takes_no_memory_and_is_not_cold)
{
    uint64_t sparse = fake_block(p, FAKE_MMAP, 16 * PAGE), empty = fake_block(p, FAKE_MMAP + 20 * PAGE, 8 * PAGE);
    data(3, 5);
    untouched(3, 5);
    fake_check(p);
    expect_cold(sparse, 1, 2 * PAGE);
    expect_cold(empty, 0, 0);
}

Test(cold_blocks, kinds_are_summed_up_apart)
{
    uint64_t held = fake_block(p, FAKE_MMAP, PAGE), lost = fake_block(p, FAKE_MMAP + PAGE, PAGE);
    fake_global(p, held);
    data(0, 2);
    untouched(0, 2);
    fake_check(p);
    expect_cold(held, 1, PAGE);
    expect_cold(lost, 1, PAGE);
    cr_expect_eq(p->result.cold[LEAK_REACHABLE].bytes, PAGE);
    cr_expect_eq(p->result.cold[LEAK_DEFINITE].bytes, PAGE);
}

Test(cold_blocks, unless_asked_nothing_is_cold)
{
    uint64_t block = fake_block(p, FAKE_MMAP, PAGE);
    data(0, 1);
    untouched(0, 1);
    p->wishes.cold = NULL;
    fake_check(p);
    expect_cold(block, 0, 0);
}
