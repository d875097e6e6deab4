/* SPDX-License-Identifier: MIT */
#include "limits/near_limit.h"

#include <criterion/criterion.h>

#define HEAP (1U << GROWTH_HEAP)

static struct limit limit_of(const char *name, unsigned growths, uint64_t limit, uint64_t left)
{
    return (struct limit){.name = name,
                          .growths = growths,
                          .limit = known_value(limit),
                          .used = known_value(limit - left),
                          .left = known_value(left)};
}

/* How many are near at 90%, of a process with so much in RAM. */
static size_t count_near(struct limit *limits, size_t count, uint64_t resident)
{
    const struct limit_list list = {.items = limits, .count = count};
    const struct limit *near[GROWTHS];

    return near_limits_find(&list, 90, known_value(resident), near);
}

Test(near_limit, a_tenth_left_is_near_and_more_is_not)
{
    struct limit limit = limit_of("RLIMIT_AS", HEAP, 1000, 100);

    cr_expect_eq(count_near(&limit, 1, 0), 1);
    limit.left.value = 101;
    cr_expect_eq(count_near(&limit, 1, 0), 0);
}

Test(near_limit, only_the_first_one_counts)
{
    struct limit limits[] = {limit_of("RLIMIT_AS", HEAP, 10000, 900), limit_of("RLIMIT_DATA", HEAP, 1000, 800)};

    cr_expect_eq(count_near(limits, 2, 0), 0);
}

Test(near_limit, one_that_stops_several_kinds_of_growth_is_told_once)
{
    struct limit limit = limit_of("RLIMIT_AS", HEAP | 1U << GROWTH_STACK | 1U << GROWTH_LOCKED, 1000, 0);

    cr_expect_eq(count_near(&limit, 1, 0), 1);
}

Test(near_limit, mappings_are_counted_exactly)
{
    struct limit limit = limit_of("vm.max_map_count", 1U << GROWTH_MAPPINGS, 50, 5);

    limit.unit = LIMIT_COUNT;
    cr_expect_eq(count_near(&limit, 1, 0), 1);
    limit.left.value = 6;
    cr_expect_eq(count_near(&limit, 1, 0), 0);
}

Test(near_limit, what_others_use_up_concerns_who_has_a_tenth_of_it)
{
    struct limit limit = limit_of("cgroup memory", HEAP, 1000, 50);

    cr_expect_eq(count_near(&limit, 1, 99), 0);
    cr_expect_eq(count_near(&limit, 1, 100), 1);
}

Test(near_limit, what_is_no_limit_or_not_known_is_never_near)
{
    struct limit limits[] = {limit_of("RLIMIT_AS", HEAP, 1000, 0), limit_of("RLIMIT_MEMLOCK", 1U << GROWTH_LOCKED, 0, 0)};

    limits[0].limit = known_value(KNOWN_UNLIMITED);
    cr_expect_eq(count_near(limits, 2, 0), 0);
    limits[0].limit = (struct known){0};
    cr_expect_eq(count_near(limits, 2, 0), 0);
    limits[0] = limit_of("RLIMIT_AS", HEAP, 1000, 0);
    limits[0].left = (struct known){0};
    cr_expect_eq(count_near(limits, 2, 0), 0);
}
