/* SPDX-License-Identifier: MIT
 * How fast a process grows, and when it will meet its first limit. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "assert_known.h"
#include "limits/forecast.h"
#include "limits/growth_rate.h"
#include "limits/watched.h"
#include "watching.h"

/* ---- The rate ---- */

enum { SAMPLES_MAX = 64 };

static struct growth_sample samples[SAMPLES_MAX];
static size_t count;

static void add(uint64_t bytes)
{
    samples[count] = (struct growth_sample){count * SECOND, bytes};
    count++;
}

Test(growth_rate, a_straight_line)
{
    for (uint64_t i = 0; i < 20; i++)
        add(1000000 + i * 512);
    cr_assert_float_eq(growth_rate(samples, count), 512, 0.001);
}

Test(growth_rate, outliers_do_not_change_it)
{
    for (uint64_t i = 0; i < 40; i++)
        add(i % 10 == 5 ? 100000000 : 1000000 + i * 512);
    cr_assert_float_eq(growth_rate(samples, count), 512, 0.001);
}

Test(growth_rate, few_samples_say_nothing)
{
    for (uint64_t i = 0; i < 9; i++)
        add(i * 512);
    cr_assert_eq(growth_rate(samples, count), 0);
    add(9 * 512);
    cr_assert_float_eq(growth_rate(samples, count), 512, 0.001);
}

/* Of 10 samples the sum over all 45 pairs must be above 1 + 1.96 * sqrt(125) = 22.9 for p < 0.05: 12 steps down among 45 pairs make
 * it 21, 11 make it 23. */
Test(growth_rate, what_may_be_chance_is_none)
{
    static const uint64_t by_chance[] = {6, 2, 5, 1, 7, 3, 4, 9, 8, 10}, for_certain[] = {5, 2, 6, 1, 7, 3, 4, 9, 8, 10};

    for (size_t i = 0; i < 10; i++)
        add(by_chance[i]);
    cr_assert_eq(growth_rate(samples, count), 0);
    count = 0;
    for (size_t i = 0; i < 10; i++)
        add(for_certain[i]);
    cr_assert_gt(growth_rate(samples, count), 0);
}

Test(growth_rate, a_step_at_the_beginning_is_no_growth)
{
    for (uint64_t i = 0; i < 20; i++)
        add(i < 3 ? 1000 : 900000);
    cr_assert_eq(growth_rate(samples, count), 0);
}

Test(growth_rate, nor_is_going_up_and_down)
{
    for (uint64_t i = 0; i < 40; i++)
        add(i % 2 * 100000 + i % 7 * 100);
    cr_assert_eq(growth_rate(samples, count), 0);
}

Test(growth_rate, shrinking_is_none)
{
    for (uint64_t i = 0; i < 20; i++)
        add(100000 - i * 512);
    cr_assert_eq(growth_rate(samples, count), 0);
}

/* ---- Of a process ---- */

static struct growth_estimate estimate(uint64_t live_step, uint64_t resident_step, uint64_t swapped_step)
{
    struct time_line line = {0};

    for (uint64_t i = 0; i < 20; i++) {
        const struct time_sample sample = {
            .at_ns = i * SECOND,
            .values = {[SERIES_LIVE] = live_step == UINT64_MAX ? (struct known){0} : known_value(1000 + i * live_step),
                       [SERIES_RESIDENT] = known_value(5000 + i * resident_step),
                       [SERIES_SWAPPED] = known_value(i * swapped_step)}};
        time_line_add(&line, &sample);
    }
    const struct growth_estimate growth = growth_estimate_of(&line);
    time_line_finish(&line);
    return growth;
}

Test(growth_estimate, of_what_is_live_if_that_grows)
{
    const struct growth_estimate growth = estimate(100, 4096, 0);

    cr_assert(growth.of_live);
    cr_assert_float_eq(growth.rate, 100, 0.001);
}

Test(growth_estimate, of_memory_if_what_is_live_is_not_known_or_does_not_grow)
{
    const uint64_t live_steps[] = {UINT64_MAX, 0};

    for (size_t i = 0; i < 2; i++) {
        const struct growth_estimate growth = estimate(live_steps[i], 4096, 4096);
        cr_assert_not(growth.of_live);
        cr_assert_float_eq(growth.rate, 8192, 0.001);
    }
}

Test(growth_estimate, none)
{
    cr_assert_eq(estimate(0, 0, 0).rate, 0);
    cr_assert_eq(estimate(UINT64_MAX, 0, 0).rate, 0);
}

Test(growth_estimate, what_is_given_back_in_the_end_is_none)
{
    struct time_line line = {0};

    for (uint64_t i = 0; i < 30; i++) {
        const struct time_sample sample = {.at_ns = i * SECOND, .values[SERIES_LIVE] = known_value(i < 29 ? i * 4096 : 100)};
        time_line_add(&line, &sample);
        if (i == 28)
            cr_assert_float_eq(growth_estimate_of(&line).rate, 4096, 0.001);
    }
    cr_assert_eq(growth_estimate_of(&line).rate, 0);
    time_line_finish(&line);
}

/* ---- The forecast ---- */

static struct limit a_limit(const char *name, char *where, uint64_t left)
{
    return (struct limit){
        .name = name, .where = where, .growths = 1U << GROWTH_HEAP, .limit = known_value(left + 1000), .left = known_value(left)};
}

Test(forecast, the_first_limit_and_the_time_until_then)
{
    static char group[] = "/a/b";
    struct limit limits[] = {a_limit("RLIMIT_AS", NULL, 9000), a_limit("cgroup memory", group, 600)};
    const struct limit_list list = {.items = limits, .count = 2};
    struct growth_forecast forecast = growth_forecast_make(&list, (struct growth_estimate){.rate = 10});

    cr_assert_str_eq(forecast.limit, "cgroup memory");
    cr_assert_str_eq(forecast.where, "/a/b");
    cr_assert_eq(forecast.left, 600);
    assert_known(forecast.seconds, 60);
    growth_forecast_finish(&forecast);
}

Test(forecast, without_growth_or_limits_there_is_none)
{
    struct limit limits[] = {a_limit("RLIMIT_AS", NULL, 9000)};
    const struct limit_list list = {.items = limits, .count = 1}, empty = {0};
    struct growth_forecast none = growth_forecast_make(&list, (struct growth_estimate){0});
    struct growth_forecast nothing_met = growth_forecast_make(&empty, (struct growth_estimate){.rate = 10});

    cr_assert_null(none.limit);
    assert_unknown(none.seconds);
    cr_assert_null(nothing_met.limit);
    assert_unknown(nothing_met.seconds);
}

/* ---- Over looks at a process ---- */

TestSuite(watched_growth, .init = watching_begin, .fini = watching_end);

static struct watched *watched;

/* As the tracer looks: live bytes as given, and all else as the tree has it. */
static void look_with_live(uint64_t seconds, uint64_t live, enum look_depth depth)
{
    struct process_look look;

    if (!watched)
        watched = watched_create(&settings, NULL, TREE_PID, seconds * SECOND);
    cr_assert_eq(process_look_read(&files, TREE_PID, &look), 0);
    watched_count_mappings(watched, &files, &look, seconds * SECOND, true);
    watched_set_look(watched, &look, seconds * SECOND);
    machine_look_read(&files, &watched->machine);
    watched->live = known_value(live);
    watched_take(watched, depth);
}

static const struct limit_finding *eta(struct limits_history *history)
{
    return find_in(&history->findings, "eta.limit");
}

Test(watched_growth, live_bytes_tell_when_the_first_limit_comes)
{
    tree_set_limit("Max data size", "629145600"); /* 600 MiB, 560 of them left */
    for (uint64_t i = 0; i < 20; i++)
        look_with_live(i * 60, 1000 + i * 10 * MIB, i < 19 ? LOOK_BRIEF : LOOK_RATED);
    struct limits_history history = watched_history(watched);
    cr_assert_eq(history.time_line.count, 20);
    cr_assert(history.forecast.growth.of_live);
    cr_assert_str_eq(history.forecast.limit, "RLIMIT_DATA");
    assert_known(history.forecast.seconds, 3360);
    cr_assert(eta(&history) && eta(&history)->severity == FINDING_WARNING);
    cr_assert_str_eq(eta(&history)->what,
                     "at this rate (10 MiB a minute) the first limit, RLIMIT_DATA, is reached in about 56 min");
    cr_assert_str_eq(eta(&history)->numbers, "live memory grows by 10 MiB a minute; RLIMIT_DATA: 560 MiB left, then ENOMEM");
    limits_history_finish(&history);
    watched_destroy(watched);
}

Test(watched_growth, how_far_ahead_is_looked)
{
    const uint64_t within_ns[] = {3300 * SECOND, 3400 * SECOND};

    tree_set_limit("Max data size", "629145600");
    for (size_t k = 0; k < 2; k++) {
        settings.checks.warn_within_ns = within_ns[k];
        for (uint64_t i = 0; i < 20; i++)
            look_with_live(i * 60, 1000 + i * 10 * MIB, i < 19 ? LOOK_BRIEF : LOOK_RATED);
        cr_assert_eq(find_in(&watched->findings, "eta.limit") != NULL, k == 1, "%zu", k); /* it is 3360 s away */
        watched_destroy(watched);
        watched = NULL;
    }
}

Test(watched_growth, what_stopped_growing_is_no_longer_foreseen)
{
    tree_set_limit("Max data size", "629145600");
    for (uint64_t i = 0; i < 20; i++)
        look_with_live(i * 60, i * 10 * MIB, LOOK_RATED);
    struct limits_history history = watched_history(watched);
    cr_assert(eta(&history));
    limits_history_finish(&history);
    for (uint64_t i = 20; i < 100; i++)
        look_with_live(i * 60, 190 * MIB, i < 99 ? LOOK_BRIEF : LOOK_RATED);
    history = watched_history(watched);
    cr_assert_null(eta(&history));
    cr_assert_eq(history.forecast.growth.rate, 0);
    limits_history_finish(&history);
    watched_destroy(watched);
}

/* A container may have lost a process last week. */
Test(watched_growth, what_was_before_the_first_look_is_not_judged_if_so_wanted)
{
    write_group("1073741824\n", "62914560\n");
    tree_write("sys/fs/cgroup/a/memory.events", "low 0\nhigh 0\nmax 5\noom 1\noom_kill 1\n");
    settings.own_time = true;
    look_with_live(0, 0, LOOK_RATED);
    cr_assert_null(find_in(&watched->findings, "cgroup.events"));
    tree_write("sys/fs/cgroup/a/memory.events", "low 0\nhigh 0\nmax 5\noom 2\noom_kill 2\n");
    look_with_live(1, 0, LOOK_RATED);
    const struct limit_finding *finding = find_in(&watched->findings, "cgroup.events");
    cr_assert(finding && finding->severity == FINDING_ERROR);
    watched_destroy(watched);
}
