/* SPDX-License-Identifier: MIT
 * What was not touched between marks, on pages of this very process: by write protection, which needs no other process here. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer/cold/cold_watch.h"
#include "tracer/kernel/tracee_memory.h"

enum { PAGE = 4096, PAGES = 16, SECOND = 1000000000 };

static unsigned char *area;
static struct cold_watch *watch;
static struct tracee_memory memory;
static struct memory_map map;
static const struct memory_maps maps = {.maps = &map, .count = 1};

static int open_descriptor(void)
{
    struct uffdio_api api = {.api = UFFD_API, .features = UINT64_C(1) << 15 /* UFFD_FEATURE_WP_ASYNC */};
    const int descriptor = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | 1 /* UFFD_USER_MODE_ONLY */);

    if (descriptor < 0 || ioctl(descriptor, UFFDIO_API, &api) != 0)
        cr_skip_test("the kernel has no write protection that it takes away by itself");
    return descriptor;
}

static void setup(void)
{
    area = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(area, MAP_FAILED);
    madvise(area, PAGES * PAGE, MADV_NOHUGEPAGE);
    memset(area, 1, (PAGES - 1) * PAGE); /* the last one holds nothing */
    map = (struct memory_map){
        .start = (uintptr_t)area, .end = (uintptr_t)area + PAGES * PAGE, .readable = true, .writable = true, .path = ""};
    watch = cold_watch_create();
    watch->chosen = true;
    watch->detector = COLD_WRITE_PROTECT;
    watch->descriptor = open_descriptor();
    tracee_memory_init(&memory, getpid());
}

static void teardown(void)
{
    cold_watch_destroy(watch);
    tracee_memory_finish(&memory);
    munmap(area, PAGES * PAGE);
}

TestSuite(cold_watch, .init = setup, .fini = teardown);

static void mark(unsigned second)
{
    cold_watch_mark(watch, &memory, &maps, (uint64_t)second * SECOND);
    cr_assert_null(watch->problem, "%s", watch->problem);
}

static void touch(unsigned first, unsigned end)
{
    for (unsigned i = first; i < end; i++)
        area[i * PAGE] = 2;
}

/* Looks for what was not touched for 10 s, and expects the pages of the text that are '.' to be so. */
static void expect_untouched(unsigned second, unsigned seconds, const char *pages)
{
    struct cold_record record = {0};

    cold_watch_look(watch, &memory, &maps, (uint64_t)second * SECOND, (uint64_t)10 * SECOND, &record);
    cr_assert(record.known, "%s", record.problem);
    cr_expect_eq(record.time_ns, (uint64_t)seconds * SECOND);
    struct page_cursor cursor = {.pages = &record.pages.untouched};
    for (unsigned i = 0; i < PAGES; i++) {
        const uint64_t at = map.start + i * PAGE;
        cr_expect_eq(page_cursor_bytes(&cursor, at, at + PAGE) > 0, pages[i] == '.', "page %u", i);
    }
    cold_record_finish(&record);
}

Test(cold_watch, what_was_written_since_the_mark_is_not_cold)
{
    mark(1);
    touch(2, 4);
    touch(15, 16); /* for the first time */
    expect_untouched(11, 10, "..##...........#");
    touch(0, 1);
    expect_untouched(12, 11, "#.##...........#");
}

Test(cold_watch, what_holds_no_data_is_not_cold)
{
    mark(1);
    expect_untouched(20, 19, "...............#");
}

Test(cold_watch, soon_after_a_mark_the_time_before_it_counts_too)
{
    mark(1);
    touch(0, 2);
    mark(11);
    touch(4, 5);
    expect_untouched(14, 13, "##..#..........#");
    expect_untouched(21, 10, "....#..........#");
}

Test(cold_watch, a_time_before_the_last_but_one_mark_does_not_count)
{
    mark(1);
    touch(0, 2);
    mark(11);
    touch(4, 5);
    mark(21);
    expect_untouched(22, 11, "....#..........#");
}

Test(cold_watch, too_short_a_time_tells_nothing)
{
    struct cold_record record = {0};

    cold_watch_look(watch, &memory, &maps, SECOND, SECOND, &record);
    cr_expect(!record.known && record.problem);
    cold_record_finish(&record);
    mark(1);
    cold_watch_look(watch, &memory, &maps, (uint64_t)2 * SECOND, (uint64_t)10 * SECOND, &record);
    cr_expect(!record.known && record.problem);
    cold_record_finish(&record);
}

Test(cold_watch, a_line_of_the_program_makes_what_was_before_not_matter)
{
    mark(1);
    touch(0, 2);
    watch->line_wanted = true;
    mark(5);
    touch(6, 7);
    expect_untouched(6, 1, "......#........#");
}

Test(cold_watch, mappings_that_were_not_there_at_the_mark_are_not_cold)
{
    mark(1);
    unsigned char *later = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *later = 1;
    struct memory_map both[] = {
        map, {.start = (uintptr_t)later, .end = (uintptr_t)later + PAGE, .readable = true, .writable = true, .path = ""}};
    struct memory_maps now = {.maps = both, .count = 2};
    struct cold_record record = {0};

    cold_watch_look(watch, &memory, &now, (uint64_t)20 * SECOND, (uint64_t)10 * SECOND, &record);
    cr_assert(record.known);
    cr_expect_eq(page_runs_bytes(&record.pages.data), PAGES * PAGE);
    cr_expect_eq(page_runs_bytes(&record.pages.untouched), (PAGES - 1) * PAGE);
    cold_record_finish(&record);
    munmap(later, PAGE);
}
