/* SPDX-License-Identifier: MIT */
#include "reporting/growth_series.h"

#include <string.h>

#include <criterion/criterion.h>

#define SECOND UINT64_C(1000000000)

static struct growth_series *series;

static void set_up(void)
{
    series = growth_series_create(SECOND, 0);
}

TestSuite(growth_series, .init = set_up);

static void add(const char *content, uint64_t blocks, uint64_t bytes)
{
    growth_series_add(series, content, (struct leak_amount){blocks, bytes}, (struct leak_amount){0});
}

static void end(void)
{
    growth_series_end(series, (struct leak_amount){0});
}

/* A look with one group. */
static void look(uint64_t at_ns, const char *content, uint64_t blocks, uint64_t bytes)
{
    growth_series_begin(series, at_ns);
    add(content, blocks, bytes);
    end();
}

static const struct growth_group *group_of(const struct growth *growth, const char *content)
{
    for (size_t i = 0; i < growth->group_count; i++)
        if (strcmp(growth->groups[i].content, content) == 0)
            return &growth->groups[i];
    return NULL;
}

static void expect_near(double value, double expected)
{
    cr_expect(value > expected - 1e-6 && value < expected + 1e-6, "%.9f, not %.9f", value, expected);
}

Test(growth_series, steady_growth_has_its_slope)
{
    for (uint64_t i = 0; i < 5; i++)
        look(100 * SECOND + i * 2 * SECOND, "a", 10 + i, 1000 + i * 300);
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_INTERRUPTED);
    cr_expect_eq(growth->looks, 5);
    cr_expect_eq(growth->stopped, GROWTH_STOP_INTERRUPTED);
    cr_assert_eq(growth->group_count, 1);
    const struct growth_group *group = &growth->groups[0];
    cr_expect_eq(group->first.bytes, 1000);
    cr_expect_eq(group->last.bytes, 2200);
    cr_expect_eq(group->grown.bytes, 1200);
    cr_expect_eq(group->grown.blocks, 4);
    expect_near(group->bytes_per_second, 150);
    expect_near(group->blocks_per_second, 0.5);
    growth_destroy(growth);
}

Test(growth_series, the_slope_is_that_of_the_line_with_the_least_squares)
{
    static const uint64_t bytes[] = {10, 40, 20, 60}; /* by hand: 13 for each second */

    for (uint64_t i = 0; i < 4; i++)
        look(i * SECOND, "a", 1, bytes[i]);
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_COUNT);
    expect_near(growth->groups[0].bytes_per_second, 13);
    growth_destroy(growth);
}

Test(growth_series, groups_that_appear_and_vanish_were_empty_before_and_are_empty_after)
{
    look(0, "old", 4, 400);
    growth_series_begin(series, SECOND);
    add("old", 4, 400);
    add("new", 1, 100);
    end();
    look(2 * SECOND, "new", 2, 200);
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_COUNT);
    cr_assert_eq(growth->group_count, 2);
    const struct growth_group *old = group_of(growth, "old"), *new = group_of(growth, "new");
    cr_expect_eq(old->first.bytes, 400);
    cr_expect_eq(old->last.bytes, 0);
    cr_expect_eq(old->grown.blocks, -4);
    expect_near(old->bytes_per_second, -200);
    cr_expect_eq(new->first.blocks, 0);
    cr_expect_eq(new->grown.bytes, 200);
    expect_near(new->bytes_per_second, 100);
    cr_expect_eq(new, &growth->groups[0], "what grew comes first");
    growth_destroy(growth);
}

Test(growth_series, what_stays_as_it_is_is_left_out_and_has_no_slope)
{
    for (uint64_t i = 0; i < 7; i++) {
        growth_series_begin(series, i * 123456789);
        add("same", 3, 3000);
        growth_series_add(series, "lost", (struct leak_amount){3, 3000}, (struct leak_amount){2, 2000});
        add("there and back", 1, i == 3 ? 100 : 50);
        end();
    }
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_COUNT);
    cr_expect_null(group_of(growth, "same"));
    const struct growth_group *lost = group_of(growth, "lost");
    cr_assert_not_null(lost);
    cr_expect_eq(lost->bytes_per_second, 0);
    cr_expect_eq(lost->survived.bytes, 2000, "of the last look alone");
    cr_assert_not_null(group_of(growth, "there and back"), "it has changed meanwhile");
    growth_destroy(growth);
}

Test(growth_series, several_sums_for_one_content_add_up)
{
    growth_series_begin(series, 0);
    add("a", 1, 10);
    add("a", 2, 20);
    add("b", 4, 5);
    end();
    cr_expect_eq(growth_series_last(series)->live.blocks, 7);
    cr_expect_eq(growth_series_last(series)->live.bytes, 35);
    look(SECOND, "a", 5, 31);
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_COUNT);
    cr_expect_eq(group_of(growth, "a")->first.bytes, 30);
    cr_expect_eq(group_of(growth, "a")->grown.bytes, 1);
    growth_destroy(growth);
}

Test(growth_series, steps_tell_what_grew_since_the_look_before_the_most_first)
{
    struct growth_step steps[3];

    growth_series_begin(series, 0);
    add("shrinks", 1, 900);
    add("grows", 1, 100);
    add("more blocks", 1, 64);
    end();
    cr_expect_eq(growth_series_grown(series, steps, 3), 0, "nothing can grow in one look");
    growth_series_begin(series, SECOND);
    add("shrinks", 1, 100);
    add("grows", 2, 250);
    add("new", 1, 200);
    add("more blocks", 2, 64);
    end();
    cr_assert_eq(growth_series_grown(series, steps, 3), 3);
    cr_expect_str_eq(steps[0].content, "new");
    cr_expect_str_eq(steps[1].content, "grows");
    cr_expect_eq(steps[1].change.bytes, 150);
    cr_expect_str_eq(steps[2].content, "more blocks");
    cr_expect_eq(growth_series_change(series).bytes, 614 - 1064);
    look(2 * SECOND, "grows", 2, 250);
    cr_expect_eq(growth_series_grown(series, steps, 3), 0);
    growth_series_destroy(series);
}

Test(growth_series, of_very_many_looks_evenly_spaced_ones_are_kept)
{
    enum { LOOKS = 10 * GROWTH_SERIES_KEPT + 3 };

    for (uint64_t i = 0; i < LOOKS; i++)
        look(i * SECOND, "a", 1, i);
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_COUNT);
    cr_expect_eq(growth->looks, LOOKS);
    cr_assert_gt(growth->series_count, GROWTH_SERIES_KEPT / 2);
    cr_assert_leq(growth->series_count, GROWTH_SERIES_KEPT);
    cr_expect_eq(growth->series[0].number, 1);
    const uint64_t stride = growth->series[1].number - growth->series[0].number;
    for (size_t i = 1; i < growth->series_count; i++)
        cr_assert_eq(growth->series[i].number - growth->series[i - 1].number, stride);
    expect_near(growth->groups[0].bytes_per_second, 1);
    growth_destroy(growth);
}

Test(growth_series, no_look_at_all)
{
    cr_expect_null(growth_series_last(series));
    struct growth *growth = growth_series_finish(series, GROWTH_STOP_ENDED);
    cr_expect_eq(growth->group_count + growth->series_count + growth->looks, 0);
    growth_destroy(growth);
}
