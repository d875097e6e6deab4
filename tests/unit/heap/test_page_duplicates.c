/* SPDX-License-Identifier: MIT
 * How many pages of blocks are equal, and what merging them would save. */
#include <criterion/criterion.h>

#include "fake_process.h"
#include "heap/page_duplicates.h"

#define PAGE 4096

static struct fake_process *p;
static struct duplicate_settings settings;

static void setup(void)
{
    p = fake_create();
    settings = (struct duplicate_settings){.sharing_max = 256};
    p->wishes.duplicates = &settings;
    fake_map(p, FAKE_MMAP, 64 * PAGE);
}

static void teardown(void)
{
    fake_destroy(p);
}

TestSuite(page_duplicates, .init = setup, .fini = teardown);

/* Contents of a page, by its number in FAKE_MMAP: 0 is a page of zeros. */
static void fill(unsigned page, uint64_t contents)
{
    fake_put(p, FAKE_MMAP + page * PAGE + PAGE - 8, contents);
}

/* A block of whole pages. */
static uint64_t pages(unsigned first, unsigned count)
{
    return fake_block(p, FAKE_MMAP + first * PAGE, count * PAGE);
}

static void expect_count(const char *whose, struct duplicate_count count, struct duplicate_count expected)
{
    cr_expect(count.pages == expected.pages && count.zero_pages == expected.zero_pages && count.contents == expected.contents &&
                  count.saved == expected.saved,
              "%s: %lu pages, %lu of zeros, %lu contents, %lu saved", whose, count.pages, count.zero_pages, count.contents,
              count.saved);
}

static void fill_and_check(void)
{
    fake_global(p, pages(0, 8));
    pages(10, 4);
    for (unsigned i = 0; i < 5; i++)
        fill(i, 1);
    fill(5, 2);
    fill(10, 1);
    fill(11, 1);
    fill(12, 3);
    fake_check(p);
}

static const struct duplicate_count live = {.pages = 12, .zero_pages = 3, .contents = 3, .saved = 6 + 2},
                                    lost = {.pages = 4, .zero_pages = 1, .contents = 2, .saved = 1};

Test(page_duplicates, equal_pages_and_zeros_are_counted)
{
    fill_and_check();
    cr_assert(p->result.duplicates.counted);
    expect_count("live", p->result.duplicates.live, live);
    expect_count("lost", p->result.duplicates.lost, lost);
    cr_expect_eq(duplicate_count_profit(&p->result.duplicates.live), 8 * PAGE - 12 * 64);
    cr_expect_eq(p->result.duplicates.unreadable_bytes, 0);
}

static uint64_t same_hash(const void *page, size_t size)
{
    return 4711;
}

Test(page_duplicates, pages_of_one_hash_are_compared)
{
    settings.hash = same_hash;
    fill_and_check();
    expect_count("live", p->result.duplicates.live, live);
    expect_count("lost", p->result.duplicates.lost, lost);
}

Test(page_duplicates, only_so_many_pages_share_one)
{
    settings.sharing_max = 3;
    fill_and_check();
    /* Seven equal pages need three, three of zeros one. */
    expect_count("live", p->result.duplicates.live,
                 (struct duplicate_count){.pages = 12, .zero_pages = 3, .contents = 3, .saved = 4 + 2});
}

Test(page_duplicates, a_page_counts_once_and_is_lost_if_all_its_blocks_are)
{
    fake_block(p, FAKE_MMAP + 16, 32);
    fake_block(p, FAKE_MMAP + 64, PAGE);                       /* ends on the next page */
    fake_global(p, fake_block(p, FAKE_MMAP + PAGE + 256, 32)); /* which is not lost so */
    fake_block(p, FAKE_MMAP + PAGE + 512, 2 * PAGE);
    fake_check(p);
    cr_expect_eq(p->result.duplicates.live.pages, 4);
    cr_expect_eq(p->result.duplicates.lost.pages, 3);
}

Test(page_duplicates, a_lost_block_alone_on_a_page_that_a_live_one_joins_leaves_none)
{
    fake_block(p, FAKE_MMAP + 16, 32);
    fake_global(p, fake_block(p, FAKE_MMAP + 64, 32));
    fake_check(p);
    cr_expect_eq(p->result.duplicates.live.pages, 1);
    cr_expect_eq(p->result.duplicates.lost.pages, 0);
}

Test(page_duplicates, pages_without_data_are_not_counted)
{
    pages(0, 3);
    p->absent_page = FAKE_MMAP + PAGE;
    fake_check(p);
    cr_expect_eq(p->result.duplicates.live.pages, 2);
    cr_expect_eq(p->result.duplicates.unreadable_bytes, 0);
}

Test(page_duplicates, what_cannot_be_read_is_told)
{
    pages(62, 4); /* the last two pages are not there */
    fake_check(p);
    cr_expect_eq(p->result.duplicates.live.pages, 2);
    cr_expect_eq(p->result.duplicates.unreadable_bytes, 2 * PAGE);
}

Test(page_duplicates, unless_asked_nothing_is_counted)
{
    pages(0, 3);
    p->wishes.duplicates = NULL;
    fake_check(p);
    cr_expect_not(p->result.duplicates.counted);
}
