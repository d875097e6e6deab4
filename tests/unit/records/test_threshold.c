/* SPDX-License-Identifier: MIT */
#include "records/threshold.h"

#include <criterion/criterion.h>

#include "heap/snapshot.h"

static struct threshold_record record;

static void clear(void)
{
    threshold_record_finish(&record);
}

TestSuite(threshold, .fini = clear);

/* ---- Crossings ---- */

Test(threshold, the_value_itself_is_allowed)
{
    cr_expect_not(threshold_crosses(&record, THRESHOLD_RSS, 100, 100));
    cr_expect(threshold_crosses(&record, THRESHOLD_RSS, 100, 101));
}

Test(threshold, what_stays_above_is_told_once)
{
    cr_expect(threshold_crosses(&record, THRESHOLD_LIVE, 100, 200));
    cr_expect_not(threshold_crosses(&record, THRESHOLD_LIVE, 100, 300));
}

Test(threshold, it_is_told_again_after_it_fell_below_nine_tenths)
{
    threshold_crosses(&record, THRESHOLD_LIVE, 100, 200);
    cr_expect_not(threshold_crosses(&record, THRESHOLD_LIVE, 100, 90));
    cr_expect_not(threshold_crosses(&record, THRESHOLD_LIVE, 100, 200), "90 is not below nine tenths");
    cr_expect_not(threshold_crosses(&record, THRESHOLD_LIVE, 100, 89));
    cr_expect(threshold_crosses(&record, THRESHOLD_LIVE, 100, 200));
}

Test(threshold, without_a_threshold_nothing_is_crossed)
{
    cr_expect_not(threshold_crosses(&record, THRESHOLD_LIVE, 0, UINT64_MAX));
    cr_expect_not(threshold_peak_crosses(&record, THRESHOLD_LIVE, 0, UINT64_MAX));
}

Test(threshold, kinds_do_not_disturb_each_other)
{
    cr_expect(threshold_crosses(&record, THRESHOLD_LIVE, 100, 200));
    cr_expect(threshold_crosses(&record, THRESHOLD_MAPPINGS, 100, 200));
}

Test(threshold, a_peak_is_told_unless_a_crossing_was)
{
    cr_expect_not(threshold_peak_crosses(&record, THRESHOLD_RSS, 100, 100));
    cr_expect(threshold_peak_crosses(&record, THRESHOLD_RSS, 100, 101));
    cr_expect_not(threshold_peak_crosses(&record, THRESHOLD_RSS, 100, 300));
    threshold_crosses(&record, THRESHOLD_LIVE, 100, 101);
    threshold_crosses(&record, THRESHOLD_LIVE, 100, 0);
    cr_expect_not(threshold_peak_crosses(&record, THRESHOLD_LIVE, 100, 300));
}

Test(threshold, names_are_those_of_the_options)
{
    cr_expect_str_eq(threshold_name(THRESHOLD_LIVE), "live");
    cr_expect_str_eq(threshold_name(THRESHOLD_MAPPINGS), "mappings");
}

/* ---- Call sites ---- */

static const uint64_t frames[] = {0x1000, 0x2000};

static struct heap_site live_site(uint64_t bytes)
{
    return (struct heap_site){.frames = frames,
                              .frame_count = 2,
                              .generation = 3,
                              .taken_blocks = 5,
                              .given_blocks = 4,
                              .taken_bytes = bytes + 100,
                              .given_bytes = 100};
}

Test(threshold, the_largest_sites_come_first)
{
    struct heap_site sites[8];
    struct threshold_crossing crossing = {0};

    for (size_t i = 0; i < 8; i++)
        sites[i] = live_site(i * 3 % 8 * 10); /* 0 30 60 10 40 70 20 50 */
    threshold_take_sites(&crossing, sites, 8, false);
    cr_assert_eq(crossing.site_count, THRESHOLD_SITES_MAX);
    for (size_t i = 0; i < crossing.site_count; i++)
        cr_expect_eq(crossing.sites[i].bytes, 70 - 10 * i);
    cr_expect_eq(crossing.sites[0].blocks, 1);
    cr_expect_eq(crossing.sites[0].stack.frame_count, 2);
    cr_expect_eq(crossing.sites[0].stack.frames[1], 0x2000);
    cr_expect_eq(crossing.sites[0].stack.generation, 3);
    threshold_record_add(&record, &crossing);
}

Test(threshold, counts_that_were_torn_are_left_out)
{
    struct heap_site torn = live_site(10), whole = live_site(20);
    struct threshold_crossing crossing = {0};

    torn.given_bytes = torn.taken_bytes + 1;
    threshold_take_sites(&crossing, (struct heap_site[]){torn, whole}, 2, false);
    cr_assert_eq(crossing.site_count, 1);
    cr_expect_eq(crossing.sites[0].bytes, 20);
    threshold_record_add(&record, &crossing);
}

Test(threshold, at_the_peak_the_counts_of_the_peak_matter)
{
    struct heap_site site = live_site(10);
    struct threshold_crossing crossing = {0};

    site.peak_blocks = 7;
    site.peak_bytes = 700;
    threshold_take_sites(&crossing, &site, 1, true);
    cr_assert_eq(crossing.site_count, 1);
    cr_expect_eq(crossing.sites[0].blocks, 7);
    cr_expect_eq(crossing.sites[0].bytes, 700);
    threshold_record_add(&record, &crossing);
}

Test(threshold, crossings_without_end_are_counted)
{
    for (int i = 0; i < THRESHOLD_CROSSINGS_MAX + 3; i++) {
        const struct heap_site site = live_site(10);
        struct threshold_crossing crossing = {0};
        threshold_take_sites(&crossing, &site, 1, false);
        threshold_record_add(&record, &crossing);
    }
    cr_expect_eq(record.crossing_count, THRESHOLD_CROSSINGS_MAX);
    cr_expect_eq(record.dropped, 3);
}
