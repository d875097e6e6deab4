/* SPDX-License-Identifier: MIT
 * The store of samples. */
#include <criterion/criterion.h>

#include "records/time_line.h"

#define SECOND UINT64_C(1000000000)

static struct time_line line;

static void finish(void)
{
    time_line_finish(&line);
}

TestSuite(time_line, .fini = finish);

static void add(uint64_t at_ns, uint64_t live)
{
    const struct time_sample sample = {.at_ns = at_ns, .values = {[SERIES_LIVE] = known_value(live)}};

    time_line_add(&line, &sample);
}

static bool has(uint64_t live)
{
    for (size_t i = 0; i < line.count; i++)
        if (line.samples[i].values[SERIES_LIVE].value == live)
            return true;
    return false;
}

Test(time_line, few_samples_are_all_kept)
{
    for (uint64_t i = 0; i < TIME_LINE_MAX; i++)
        add(i, i % 7);
    cr_assert_eq(line.count, TIME_LINE_MAX);
    cr_assert_eq(line.step, 1);
    for (size_t i = 0; i < line.count; i++)
        cr_assert_eq(line.samples[i].at_ns, i);
}

Test(time_line, many_are_thinned_evenly_with_the_first_and_the_last)
{
    for (uint64_t i = 0; i < 100000; i++) {
        add(i * SECOND, 1000 + i);
        cr_assert_leq(line.count, TIME_LINE_MAX);
    }
    cr_assert_eq(line.offered, 100000);
    cr_assert_gt(line.count, TIME_LINE_MAX / 4);
    cr_assert_eq(line.samples[0].at_ns, 0);
    cr_assert_eq(line.samples[line.count - 1].at_ns, 99999 * SECOND);
    for (size_t i = 1; i + 1 < line.count; i++)
        cr_assert_eq(line.samples[i].at_ns - line.samples[i - 1].at_ns, line.step * SECOND);
}

Test(time_line, the_least_and_the_most_are_never_lost)
{
    for (uint64_t i = 0; i < 50000; i++)
        add(i, i == 777 ? 9999999 : i == 31313 ? 1 : 5000);
    cr_assert(has(9999999));
    cr_assert(has(1));
    cr_assert_eq(line.extremes[SERIES_LIVE].most.value, 9999999);
    cr_assert_eq(line.extremes[SERIES_LIVE].least.value, 1);
    cr_assert_not(line.extremes[SERIES_RESIDENT].least.known);
}

/* Growth with noise: each sample that was the largest for a time must not take up room for ever. */
Test(time_line, peaks_that_were_surpassed_do_not_make_steps_longer)
{
    for (uint64_t i = 0; i < 20000; i++)
        add(i, i + i % 3 * 10);
    cr_assert_geq(line.count, TIME_LINE_MAX / 4);
    cr_assert_leq(line.step, 256); /* 20000 / 256 is 78; a power of two */
}

Test(time_line, times_only_go_forward)
{
    for (uint64_t i = 0; i < 3000; i++)
        add(i, i * 7919 % 1000);
    for (size_t i = 1; i < line.count; i++)
        cr_assert_gt(line.samples[i].at_ns, line.samples[i - 1].at_ns);
}

Test(time_line, a_copy_is_its_own)
{
    add(1, 10);
    struct time_line copy = time_line_copy(&line);
    add(2, 20);
    cr_assert_eq(copy.count, 1);
    cr_assert_eq(copy.samples[0].values[SERIES_LIVE].value, 10);
    time_line_finish(&copy);
    struct time_line nothing = time_line_copy(&copy);
    cr_assert_eq(nothing.count, 0);
    time_line_finish(&nothing);
}
