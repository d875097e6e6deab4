/* SPDX-License-Identifier: MIT
 * Idle pages, by a bitmap and words of pages that are files of the test. */
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tracer/cold/idle_pages.h"

enum { PAGE = 4096, PAGES = 8 };

/* The frame of each page, so that no word of the bitmap is written twice: the kernel would not clear bits, a file does; 0: the page
 * is swapped out, 1: it is not there. */
static const uint64_t frames[PAGES] = {64, 65, 1, 66, 700, 0, 200, 129};

static int bitmap;
static struct pagemap words;

static void put_word(unsigned page, uint64_t word)
{
    cr_assert_eq(pwrite(words.file, &word, sizeof word, page * sizeof word), sizeof word);
}

static void setup(void)
{
    words = (struct pagemap){.file = memfd_create("words", MFD_CLOEXEC), .no_scan = true};
    bitmap = memfd_create("bitmap", MFD_CLOEXEC);
    cr_assert(words.file >= 0 && bitmap >= 0 && ftruncate(bitmap, 128) == 0);
    for (unsigned i = 0; i < PAGES; i++)
        put_word(i, frames[i] == 0 ? PAGEMAP_IS_SWAPPED : frames[i] == 1 ? 0 : PAGEMAP_IS_PRESENT | frames[i]);
}

static void teardown(void)
{
    close(words.file);
    close(bitmap);
}

TestSuite(idle_pages, .init = setup, .fini = teardown);

static uint64_t bits(unsigned index)
{
    uint64_t word = 0;

    cr_assert_eq(pread(bitmap, &word, sizeof word, index * sizeof word), sizeof word);
    return word;
}

Test(idle_pages, those_in_ram_are_called_idle)
{
    cr_assert_eq(idle_pages_mark(bitmap, &words, 0, PAGES * PAGE), 0);
    cr_expect_eq(bits(0), 0);
    cr_expect_eq(bits(1), 7);
    cr_expect_eq(bits(700 / 64), UINT64_C(1) << 700 % 64);
    cr_expect_eq(bits(2), 2);
    cr_expect_eq(bits(3), UINT64_C(1) << 200 % 64);
}

Test(idle_pages, those_that_are_idle_still_are_found)
{
    const uint64_t still = 3; /* not 66 any more */
    struct page_runs data = {0}, idle = {0};

    cr_assert_eq(idle_pages_mark(bitmap, &words, 0, PAGES * PAGE), 0);
    cr_assert_eq(pwrite(bitmap, &still, sizeof still, 8), sizeof still);
    put_word(4, PAGEMAP_IS_PRESENT | 701); /* it has moved */
    cr_assert_eq(idle_pages_collect(bitmap, &words, 0, PAGES * PAGE, &data, &idle), 0);
    cr_expect_eq(page_runs_bytes(&data), 7 * PAGE);
    cr_assert_eq(idle.count, 2);
    cr_expect(idle.runs[0].start == 0 && idle.runs[0].end == 2 * PAGE, "%#lx-%#lx", idle.runs[0].start, idle.runs[0].end);
    cr_expect(idle.runs[1].start == 6 * PAGE && idle.runs[1].end == 8 * PAGE);
    page_runs_finish(&data);
    page_runs_finish(&idle);
}

Test(idle_pages, frames_that_may_not_be_known_are_an_error)
{
    put_word(3, PAGEMAP_IS_PRESENT);
    cr_expect_eq(idle_pages_mark(bitmap, &words, 0, PAGES * PAGE), -EPERM);
}

Test(idle_pages, a_bitmap_that_ends_too_early_is_an_error)
{
    struct page_runs data = {0}, idle = {0};

    put_word(3, PAGEMAP_IS_PRESENT | 1 << 20);
    cr_expect_eq(idle_pages_collect(bitmap, &words, 0, PAGES * PAGE, &data, &idle), -EIO);
    page_runs_finish(&data);
    page_runs_finish(&idle);
}
