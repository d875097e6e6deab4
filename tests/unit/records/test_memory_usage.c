/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "base/page_runs.h"
#include "records/memory_usage.h"

#define MIB (UINT64_C(1) << 20)

/* ---- Runs of pages --------------------------------------------------------------------------------------------------------- */

static void add_runs(struct page_runs *pages)
{
    page_runs_add(pages, 0x1000, 0x2000);
    page_runs_add(pages, 0x2000, 0x3000);
    page_runs_add(pages, 0x5000, 0x5000);
    for (uint64_t at = 0x10000; at < 0x40000; at += 0x2000)
        page_runs_add(pages, at, at + 0x1000);
}

Test(page_runs, runs_side_by_side_are_one)
{
    struct page_runs pages = {0};

    add_runs(&pages);
    cr_assert_eq(pages.count, 1 + 0x30000 / 0x2000);
    cr_expect_eq(pages.runs[0].start, 0x1000);
    cr_expect_eq(pages.runs[0].end, 0x3000);
    page_runs_finish(&pages);
    cr_expect_eq(pages.count, 0);
}

static uint64_t bytes_by_hand(const struct page_runs *pages, uint64_t from, uint64_t to)
{
    uint64_t bytes = 0;

    for (uint64_t at = from; at < to; at += 0x10)
        for (size_t i = 0; i < pages->count; i++)
            bytes += at >= pages->runs[i].start && at < pages->runs[i].end ? 0x10 : 0;
    return bytes;
}

Test(page_runs, bytes_are_counted_wherever_the_cursor_was)
{
    static const uint64_t ranges[][2] = {{0, 0x800},         {0x800, 0x1010},    {0x1800, 0x2800},   {0x2ff0, 0x10010},
                                         {0x10010, 0x10020}, {0x10800, 0x3f000}, {0x3e000, 0x50000}, {0x3d000, 0x3e010},
                                         {0, 0x50000},       {0x1000, 0x1010},   {0x38000, 0x38010}, {0x2000, 0x1000},
                                         {0x60000, 0x70000}, {0x1000, 0x3000}};
    struct page_runs pages = {0};

    add_runs(&pages);
    struct page_cursor cursor = {.pages = &pages};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        const uint64_t from = ranges[i][0], to = ranges[i][1], bytes = page_cursor_bytes(&cursor, from, to);
        cr_expect_eq(bytes, bytes_by_hand(&pages, from, to), "%#lx-%#lx: %#lx", from, to, bytes);
    }
    page_runs_finish(&pages);
}

Test(page_runs, what_lies_in_both_is_found)
{
    struct page_runs pages = {0}, other = {0}, common = {0};

    add_runs(&pages);
    page_runs_add(&other, 0, 0x1000);
    page_runs_add(&other, 0x2000, 0x2800);
    page_runs_add(&other, 0x2900, 0x10800);
    page_runs_add(&other, 0x12000, 0x1c800);
    page_runs_add(&other, 0x3e800, 0x50000);
    page_runs_intersect(&pages, &other, &common);
    struct page_cursor cursor = {.pages = &common};
    for (uint64_t at = 0; at < 0x50000; at += 0x100) {
        const uint64_t bytes = bytes_by_hand(&pages, at, at + 0x100) && bytes_by_hand(&other, at, at + 0x100) ? 0x100 : 0;
        cr_expect_eq(page_cursor_bytes(&cursor, at, at + 0x100), bytes, "at %#lx", at);
    }
    cr_expect_eq(page_runs_bytes(&common), bytes_by_hand(&common, 0, 0x50000));
    page_runs_finish(&pages);
    page_runs_finish(&other);
    page_runs_finish(&common);
}

/* ---- Sums ------------------------------------------------------------------------------------------------------------------ */

static const char maps_text[] = "1000-2000 r-xp 00000000 08:01 7 /usr/bin/app\n"
                                "2000-4000 rw-p 00001000 08:01 7 /usr/bin/app\n"
                                "4000-8000 rw-p 00000000 00:00 0 \n"
                                "8000-10000 rw-p 00000000 00:00 0 [heap]\n"
                                "20000-28000 rw-p 00000000 00:00 0 [anon:pool]\n"
                                "30000-32000 rw-s 00000000 00:01 9 /dev/shm/ring\n"
                                "32000-34000 rw-s 00000000 00:01 10 /memfd:x (deleted)\n"
                                "34000-36000 rw-s 00000000 00:01 11 /dev/zero (deleted)\n"
                                "36000-38000 rw-s 00000000 08:01 12 /srv/data\n"
                                "38000-39000 rw-s 00000000 00:05 13 /dev/dri/card0\n"
                                "40000-42000 rw-p 00000000 00:10 14 /anon_hugepage (deleted)\n"
                                "50000-58000 rw-p 00000000 00:00 0 [stack]\n"
                                "58000-59000 r-xp 00000000 00:00 0 [vdso]\n";

static void sum(struct resident_memory *resident, struct memory_usage *usage)
{
    struct memory_maps maps;

    memory_maps_parse(maps_text, strlen(maps_text), &maps);
    resident->known = true;
    memory_usage_sum(&maps, resident, usage);
    memory_maps_finish(&maps);
    resident_memory_finish(resident);
}

static void require_sum(const struct memory_usage *usage)
{
    uint64_t total = 0;

    for (size_t kind = 0; kind < MEMORY_KINDS; kind++)
        total += usage->resident[kind];
    cr_assert_eq((int64_t)(usage->rss - total), usage->uncounted);
}

Test(memory_usage, mappings_are_told_apart)
{
    struct resident_memory resident = {.rss = 0x27000};
    struct memory_usage usage;

    page_runs_add(&resident.pages, 0x1000, 0x9000);
    page_runs_add(&resident.pages, 0x21000, 0x22000);
    page_runs_add(&resident.pages, 0x30000, 0x39000);
    page_runs_add(&resident.pages, 0x40000, 0x42000); /* huge pages: not in the RSS */
    page_runs_add(&resident.pages, 0x51000, 0x59000);
    sum(&resident, &usage);
    cr_expect_eq(usage.resident[MEMORY_FILES], 0x3000 + 0x2000);
    cr_expect_eq(usage.resident[MEMORY_OWN], 0x4000 + 0x1000 + 0x1000);
    cr_expect_eq(usage.resident[MEMORY_SHARED], 0x6000);
    cr_expect_eq(usage.resident[MEMORY_STACKS], 0x7000);
    cr_expect_eq(usage.resident[MEMORY_OTHER], 0x1000 + 0x1000);
    cr_expect_eq(usage.uncounted, 0x27000 - 0x1a000);
    require_sum(&usage);
}

Test(memory_usage, the_largest_own_mappings_are_kept)
{
    struct resident_memory resident = {.known = true};
    struct memory_map maps[OWN_MAPPINGS_KEPT + 4];
    struct memory_usage usage;
    static const unsigned pages[OWN_MAPPINGS_KEPT + 4] = {3, 1, 9, 0, 5, 12, 2, 8, 8, 4, 7, 6};
    static const unsigned expected[OWN_MAPPINGS_KEPT] = {12, 9, 8, 8, 7, 6, 5, 4};

    for (size_t i = 0; i < OWN_MAPPINGS_KEPT + 4; i++) {
        maps[i] = (struct memory_map){.start = i << 20,
                                      .end = (i + 1) << 20,
                                      .writable = true,
                                      .path = i == 5 ? "[anon:pool of the program, with a long name]" : ""};
        page_runs_add(&resident.pages, i << 20, (i << 20) + pages[i] * 4096);
    }
    const struct memory_maps all = {.maps = maps, .count = OWN_MAPPINGS_KEPT + 4};
    memory_usage_sum(&all, &resident, &usage);
    cr_expect_eq(usage.own_total, OWN_MAPPINGS_KEPT + 3);
    cr_assert_eq(usage.own_count, OWN_MAPPINGS_KEPT);
    for (size_t i = 0; i < OWN_MAPPINGS_KEPT; i++)
        cr_expect_eq(usage.own[i].resident, expected[i] * 4096, "%zu: %lu", i, usage.own[i].resident);
    cr_expect_eq(usage.own[0].start, 5 << 20);
    cr_expect_str_eq(usage.own[0].name, "pool of the program, with a lon");
    cr_expect_str_eq(usage.own[1].name, "");
    resident_memory_finish(&resident);
}

Test(memory_usage, claims_win_over_mappings)
{
    struct resident_memory resident = {.rss = 0x10000};
    struct memory_usage usage;

    page_runs_add(&resident.pages, 0x2000, 0x10000);
    page_runs_add(&resident.pages, 0x20000, 0x28000);
    resident_memory_claim(&resident, 0x9000, 0xa000, MEMORY_LEAKWATCH);
    resident_memory_claim(&resident, 0x8010, 0x9000, MEMORY_ALLOCATOR);
    resident_memory_claim(&resident, 0x3000, 0x5000, MEMORY_FILES);
    resident_memory_claim(&resident, 0x8800, 0x9800, MEMORY_BLOCKS);
    resident_memory_claim(&resident, 0xf000, 0x22000, MEMORY_STACKS);
    resident_memory_claim(&resident, 0x7000, 0x6000, MEMORY_OTHER);
    sum(&resident, &usage);
    cr_expect_eq(usage.resident[MEMORY_FILES], 0x2000 + 0x1000, "%#lx", usage.resident[MEMORY_FILES]);
    cr_expect_eq(usage.resident[MEMORY_ALLOCATOR], 0xff0);
    cr_expect_eq(usage.resident[MEMORY_BLOCKS], 0x800);
    cr_expect_eq(usage.resident[MEMORY_LEAKWATCH], 0x800);
    cr_expect_eq(usage.resident[MEMORY_STACKS], 0x1000 + 0x2000);
    cr_expect_eq(usage.resident[MEMORY_OTHER], 0);
    cr_expect_eq(usage.uncounted, 0x10000 - 0x16000);
    require_sum(&usage);
}

Test(memory_usage, what_is_not_known_is_not_told)
{
    struct resident_memory resident = {.rss = 0x10000};
    struct memory_maps maps = {0};
    struct memory_usage usage;

    memory_usage_sum(&maps, &resident, &usage);
    cr_expect_not(usage.known);
    cr_expect_eq(usage.rss, 0);
    cr_expect_not(memory_usage_is_fragmented(&usage));
}

Test(memory_usage, no_more_is_moved_than_there_is)
{
    struct memory_usage usage = {.resident = {[MEMORY_OWN] = 100, [MEMORY_LIVE] = 1}};

    memory_usage_move(&usage, MEMORY_OWN, MEMORY_LIVE, 60);
    memory_usage_move(&usage, MEMORY_OWN, MEMORY_LIVE, 60);
    cr_expect_eq(usage.resident[MEMORY_OWN], 0);
    cr_expect_eq(usage.resident[MEMORY_LIVE], 101);
}

/* ---- When fragmentation is the story --------------------------------------------------------------------------------------- */

Test(memory_usage, fragmentation_is_told_where_it_is_the_story)
{
    static const struct {
        uint64_t rss, live, blocks, free, cached;
        bool told;
    } cases[] = {
        {210, 2, 0, 200, 0, true},     {20, 2, 0, 4, 4, true},        /* caches count as well */
        {20, 1, 0, 7, 0, false},                                      /* not worth a word */
        {1000, 400, 0, 500, 0, true},                                 /* half of all, and more than is in use */
        {1000, 501, 0, 500, 0, false}, {1000, 1, 500, 499, 0, false}, /* blocks with mappings of their own are in use, too */
        {1000, 100, 0, 300, 0, false},                                /* other parts are what makes it large */
        {900, 100, 0, 300, 0, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct memory_usage usage = {.known = true,
                                           .rss = cases[i].rss * MIB,
                                           .resident = {[MEMORY_LIVE] = cases[i].live * MIB,
                                                        [MEMORY_BLOCKS] = cases[i].blocks * MIB,
                                                        [MEMORY_FREE] = cases[i].free * MIB,
                                                        [MEMORY_CACHED] = cases[i].cached * MIB}};
        cr_expect_eq(memory_usage_is_fragmented(&usage), cases[i].told, "case %zu", i);
    }
}
