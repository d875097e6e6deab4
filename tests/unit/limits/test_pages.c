/* SPDX-License-Identifier: MIT
 * Owners of pages, and the OOM killer's choice. */
#include <criterion/criterion.h>
#include <string.h>

#include "assert_known.h"
#include "limits/page_owners.h"
#include "limits/process_list.h"
#include "limits/process_oom.h"
#include "limits/process_pages.h"
#include "limits/process_status.h"

/* ---- Owners ---- */

/* Each mapping has 4 kB resident. */
#define PAGE_OF "\nRss: 4 kB\nAnonymous: 4 kB\nSwap: 0 kB\n"

static struct process_pages pages;

static void parse(const char *text)
{
    process_pages_parse(text, strlen(text), &pages);
}

static void assert_kind(size_t index, enum owner_kind kind)
{
    enum owner_kind actual = page_owner_kind(&pages.maps, index);

    cr_assert_eq(actual, kind, "mapping %zu: %s", index, owner_kind_name(actual));
}

Test(page_owners, kinds_by_name_and_place)
{
    parse("00400000-00401000 r-xp 00000000 08:01 12 /bin/app\n"
          "00600000-00602000 rw-p 00000000 00:00 0 [heap]\n"
          "7f0000000000-7f0000021000 rw-p 00000000 00:00 0 \n" /* an arena: 64 MiB with what follows */
          "7f0000021000-7f0004000000 ---p 00000000 00:00 0 \n"
          "7f0010000000-7f0010001000 ---p 00000000 00:00 0 \n" /* a guard */
          "7f0010001000-7f0010801000 rw-p 00000000 00:00 0 \n" /* a thread's stack */
          "7f0020000000-7f0020001000 rw-p 00000000 00:00 0 \n"
          "7f0030000000-7f0030001000 rw-s 00000000 00:01 77 /memfd:x (deleted)\n"
          "7f0040000000-7f0040001000 rw-s 00000000 00:01 0 /SYSV00000000\n"
          "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]\n"
          "7ffc10000000-7ffc10001000 r-xp 00000000 00:00 0 [vdso]\n");
    cr_assert_eq(pages.maps.count, 11);
    static const enum owner_kind kinds[] = {OWNER_FILE,    OWNER_HEAP,         OWNER_ARENA,   OWNER_MAPPING,
                                            OWNER_MAPPING, OWNER_THREAD_STACK, OWNER_MAPPING, OWNER_SHARED,
                                            OWNER_SHARED,  OWNER_STACK,        OWNER_KERNEL};
    for (size_t i = 0; i < 11; i++)
        assert_kind(i, kinds[i]);
    process_pages_finish(&pages);
}

Test(page_owners, pages_that_the_program_brings)
{
    parse("7f0000000000-7f0000021000 rw-p 00000000 00:00 0" PAGE_OF "VmFlags: rd wr mr mw me ac um \n"
          "7f0000021000-7f0000022000 rw-p 00000000 00:00 0" PAGE_OF "VmFlags: rd wr mr mw me ac uw \n");
    cr_assert(pages.mappings[0].brought_by_program);
    cr_assert_not(pages.mappings[1].brought_by_program, "pages that are only watched are there");
    process_pages_finish(&pages);
}

Test(page_owners, only_what_ends_where_an_arena_ends_is_one)
{
    parse("7f0000000000-7f0000021000 rw-p 00000000 00:00 0 \n7f0000021000-7f0000030000 ---p 00000000 00:00 0 \n"
          "7f0010000000-7f0014000000 rw-p 00000000 00:00 0 \n");
    assert_kind(0, OWNER_MAPPING);
    assert_kind(2, OWNER_ARENA); /* it has taken all */
    process_pages_finish(&pages);
}

Test(page_owners, mappings_of_one_file_are_summed)
{
    struct page_owners owners;

    parse("1000-2000 r--p 00000000 08:01 5 /lib/x.so" PAGE_OF "2000-4000 r-xp 00001000 08:01 5 /lib/x.so" PAGE_OF
          "5000-6000 rw-p 00000000 00:00 0" PAGE_OF);
    page_owners_make(&pages, &owners);
    cr_assert_eq(owners.count, 2);
    cr_assert_eq(owners.items[0].kind, OWNER_FILE);
    cr_assert_str_eq(owners.items[0].name, "/lib/x.so");
    cr_assert_eq(owners.items[0].mappings, 2);
    cr_assert_eq(owners.items[0].size, 0x3000);
    assert_known(owners.items[0].pages.resident, 8 * KIB);
    page_owners_finish(&owners);
    process_pages_finish(&pages);
}

Test(page_owners, growth_is_told_by_owner_and_mapping)
{
    struct page_owners then, now;
    struct page_mappings mappings_then, mappings_now;

    parse("1000-2000 rw-p 00000000 00:00 0 [heap]\nRss: 4 kB\nAnonymous: 4 kB\n5000-6000 rw-p 00000000 00:00 0 \nRss: 4 kB\n");
    page_owners_make(&pages, &then);
    page_mappings_make(&pages, &mappings_then);
    process_pages_finish(&pages);
    parse("1000-4000 rw-p 00000000 00:00 0 [heap]\nRss: 12 kB\nAnonymous: 10 kB\n5000-6000 rw-p 00000000 00:00 0 \nRss: 0 kB\n"
          "7000-9000 r--p 00000000 08:01 9 /new\nRss: 8 kB\n");
    page_owners_make(&pages, &now);
    page_mappings_make(&pages, &mappings_now);
    page_owners_compare(&then, &now);
    page_mappings_compare(&mappings_then, &mappings_now);
    cr_assert_eq(now.items[0].kind, OWNER_HEAP);
    cr_assert_eq(now.items[0].resident_growth, 8 * 1024);
    cr_assert_eq(now.items[0].anonymous_growth, 6 * 1024);
    cr_assert_eq(now.items[1].resident_growth, 8 * 1024); /* /new */
    cr_assert_eq(now.items[2].resident_growth, -4 * 1024);
    cr_assert_eq(mappings_now.items[0].resident_growth, 8 * 1024);
    cr_assert_eq(mappings_now.items[1].resident_growth, -4 * 1024);
    cr_assert_eq(mappings_now.items[2].resident_growth, 8 * 1024);
    cr_assert_str_eq(mappings_now.items[2].permissions, "r--p");
    page_owners_finish(&then);
    page_owners_finish(&now);
    page_mappings_finish(&mappings_then);
    page_mappings_finish(&mappings_now);
    process_pages_finish(&pages);
}

/* As measured on a fork of 64 MiB of which the child has written half. */
Test(page_owners, what_writing_to_shared_pages_may_cost)
{
    struct page_counts counts = {.anonymous = known_value(65604 * KIB),
                                 .private_dirty = known_value(32816 * KIB),
                                 .private_clean = known_value(0),
                                 .shared_dirty = known_value(32788 * KIB),
                                 .shared_clean = known_value(1500 * KIB)};

    assert_known(page_counts_copy_exposure(&counts), 32788 * KIB);
    assert_known(page_counts_unique(&counts), 32816 * KIB);
    counts.private_dirty = (struct known){0};
    assert_unknown(page_counts_copy_exposure(&counts));
    assert_unknown(page_counts_unique(&counts));
}

/* ---- The OOM killer ---- */

/* As the kernel showed them: 1.5 GiB of 24 GiB. */
Test(process_oom, scores_as_the_kernel_computes_them)
{
    const uint64_t total = UINT64_C(24) << 30, used = UINT64_C(1536) << 20;
    static const struct {
        int64_t adjustment;
        uint64_t score;
    } rows[] = {{0, 708}, {100, 774}, {500, 1041}, {1000, 1374}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct known points = process_oom_points(known_value(used), known_value((uint64_t)rows[i].adjustment), total);
        cr_assert(points.known);
        struct known score = process_oom_score(points, total);
        cr_assert(score.known && score.value + 1 >= rows[i].score && score.value <= rows[i].score, "%lu", score.value);
    }
    assert_known(process_oom_score(process_oom_points(known_value(0), known_value(0), total), total), 666);
    assert_unknown(process_oom_points(known_value(used), known_value((uint64_t)-1000), total));
}

Test(process_oom, memory_is_resident_swapped_and_page_tables)
{
    struct process_status status = {.resident = known_value(100), .swapped = known_value(20), .page_table = known_value(3)};

    assert_known(process_oom_memory(&status), 123);
    status.resident = (struct known){0};
    assert_unknown(process_oom_memory(&status)); /* a kernel thread */
}

static struct oom_standing standing(const struct process_list *list, pid_t pid)
{
    struct listed_process process = {.pid = pid};

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].pid == pid)
            process = list->items[i];
    return oom_standing_of(list, &process, 10000);
}

Test(process_oom, rank_among_those_that_may_be_chosen)
{
    struct listed_process items[] = {
        {.pid = 1, .memory = known_value(9000), .adjustment = known_value(0)},
        {.pid = 2, .adjustment = known_value(0)}, /* a kernel thread */
        {.pid = 3, .memory = known_value(8000), .adjustment = known_value((uint64_t)-1000)},
        {.pid = 4, .memory = known_value(500), .adjustment = known_value(0)},
        {.pid = 5, .memory = known_value(100), .adjustment = known_value(100)},
        {.pid = 6, .memory = known_value(400), .adjustment = known_value(0)},
    };
    struct process_list list = {items, 6};

    cr_assert_eq(standing(&list, 4).rank, 2);
    cr_assert_eq(standing(&list, 5).rank, 1); /* 100 + 100 * 10 */
    cr_assert_eq(standing(&list, 6).rank, 3);
    cr_assert_eq(standing(&list, 6).others, 3);
    cr_assert_eq(standing(&list, 3).rank, 0);
    cr_assert_eq(standing(&list, 1).rank, 0);
    cr_assert_eq(standing(&list, 7).rank, 0); /* nothing is known of it */
    struct listed_process newer = {.pid = 8, .memory = known_value(700), .adjustment = known_value(0)};
    cr_assert_eq(oom_standing_of(&list, &newer, 10000).rank, 2); /* it is not in the list yet */
    cr_assert_eq(oom_standing_of(&list, &newer, 10000).others, 4);
    assert_known(standing(&list, 4).share, 500);
}
