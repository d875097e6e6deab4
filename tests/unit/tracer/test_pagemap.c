/* SPDX-License-Identifier: MIT
 *
 * Both ways to learn of pages, on pages of this very process that are as the test made them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tracer/kernel/pagemap.h"

enum { PAGE = 4096, PAGES = 10000 }; /* more than are read at once */

static unsigned char *area;

/* Every page of the first half but each tenth, and the last page, hold data; one is only read, so that it is the shared zero page.
 */
static bool holds_data(size_t page)
{
    return page == PAGES - 1 || (page < PAGES / 2 && page % 10 != 3);
}

static void make_area(void)
{
    area = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(area, MAP_FAILED);
    madvise(area, (size_t)PAGES * PAGE, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < PAGES; i++)
        if (holds_data(i))
            area[i * PAGE] = 1;
}

static struct memory_map map_of_area(void)
{
    return (struct memory_map){
        .start = (uintptr_t)area, .end = (uintptr_t)area + (size_t)PAGES * PAGE, .readable = true, .path = ""};
}

static void check(struct pagemap *pagemap)
{
    struct memory_map map = map_of_area();
    const struct memory_maps maps = {.maps = &map, .count = 1};
    struct page_runs pages;

    cr_assert_eq(pagemap_resident(pagemap, &maps, &pages), 0);
    struct page_cursor cursor = {.pages = &pages};
    for (size_t i = 0; i < PAGES; i++) {
        const uint64_t at = map.start + i * PAGE;
        cr_assert_eq(page_cursor_bytes(&cursor, at, at + PAGE), holds_data(i) ? PAGE : 0, "page %zu", i);
    }
    page_runs_finish(&pages);
}

Test(pagemap, resident_pages_are_found_by_scan)
{
    struct pagemap pagemap = {.file = open("/proc/self/pagemap", O_RDONLY)};

    make_area();
    check(&pagemap);
    if (!pagemap.no_scan) {
        const volatile unsigned char *untouched = area + (PAGES - 2) * PAGE;
        cr_assert_eq(*untouched, 0);
        check(&pagemap);
    }
    close(pagemap.file);
}

Test(pagemap, resident_pages_are_found_by_reading)
{
    struct pagemap pagemap = {.file = open("/proc/self/pagemap", O_RDONLY), .no_scan = true};

    make_area();
    check(&pagemap);
    close(pagemap.file);
}

Test(pagemap, vast_memory_is_not_read_page_by_page)
{
    struct memory_map map = {.start = 0x10000, .end = UINT64_C(1) << 40, .readable = true, .path = ""};
    const struct memory_maps maps = {.maps = &map, .count = 1};
    struct pagemap pagemap = {.file = open("/proc/self/pagemap", O_RDONLY), .no_scan = true};
    struct page_runs pages;

    cr_expect_eq(pagemap_resident(&pagemap, &maps, &pages), -E2BIG);
    page_runs_finish(&pages);
    map.readable = false; /* a reservation */
    cr_expect_eq(pagemap_resident(&pagemap, &maps, &pages), 0);
    page_runs_finish(&pages);
    close(pagemap.file);
}

Test(pagemap, both_ways_find_the_next_run)
{
    make_area();
    for (int no_scan = 0; no_scan <= 1; no_scan++) {
        struct pagemap pagemap = {.file = open("/proc/self/pagemap", O_RDONLY), .no_scan = no_scan != 0};
        const struct memory_map map = map_of_area();
        uint64_t start, end;
        cr_assert_eq(pagemap_next_present(&pagemap, map.start, map.end, &start, &end), 1);
        cr_expect_eq(start, map.start);
        cr_expect_eq(end, map.start + 3 * PAGE);
        cr_assert_eq(pagemap_next_present(&pagemap, map.start + (PAGES / 2) * PAGE, map.end, &start, &end), 1);
        cr_expect_eq(start, map.end - PAGE);
        cr_expect_eq(end, map.end);
        cr_expect_eq(pagemap_next_present(&pagemap, map.start + (PAGES / 2) * PAGE, map.end - PAGE, &start, &end), 0);
        close(pagemap.file);
    }
}
