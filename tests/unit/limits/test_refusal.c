/* SPDX-License-Identifier: MIT */
#include "limits/refusal.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define WRITTEN (1U << GROWTH_HEAP | 1U << GROWTH_SHARED)

static const struct limit address_space = {
    .name = "RLIMIT_AS", .growths = WRITTEN, .limit = {true, 1000}, .used = {true, 900}, .left = {true, 100}};
static const struct limit data = {
    .name = "RLIMIT_DATA", .growths = 1U << GROWTH_HEAP, .limit = {true, 500}, .used = {true, 450}, .left = {true, 50}};
static const struct limit commit = {
    .name = "CommitLimit", .growths = WRITTEN, .limit = {true, 9000}, .used = {true, 8990}, .left = {true, 10}};
static const struct limit group = {.name = "cgroup memory",
                                   .effect = EFFECT_SIGKILL,
                                   .growths = WRITTEN,
                                   .limit = {true, 10},
                                   .used = {true, 10},
                                   .left = {true, 0}};
static const struct limit mappings = {.name = "vm.max_map_count",
                                      .unit = LIMIT_COUNT,
                                      .growths = 1U << GROWTH_MAPPINGS,
                                      .limit = {true, 50},
                                      .used = {true, 50},
                                      .left = {true, 0}};
static const struct limit unknown = {.name = "RLIMIT_AS", .growths = WRITTEN};

/* How many limits a request is beyond, of this one alone. */
static size_t count_beyond(struct limit limit, struct memory_request request, struct refused_call *call)
{
    const struct limit_list list = {.items = &limit, .count = 1};

    refusal_explain(&list, &request, call);
    return call->limit_count;
}

#define EXPECT_BEYOND(limit, count, ...)                                                                                           \
    cr_expect_eq(count_beyond(limit, (struct memory_request){__VA_ARGS__}, &(struct refused_call){0}), count)

Test(refusal, what_is_left_may_be_had)
{
    EXPECT_BEYOND(address_space, 0, .bytes = 100, .new_addresses = true);
    EXPECT_BEYOND(address_space, 1, .bytes = 101, .new_addresses = true);
}

Test(refusal, it_is_told_by_how_much)
{
    struct refused_call call = {0};

    cr_assert_eq(count_beyond(address_space, (struct memory_request){.bytes = 130, .new_addresses = true}, &call), 1);
    cr_expect_str_eq(call.limits[0].name, "RLIMIT_AS");
    cr_expect_eq(call.limits[0].limit, 1000);
    cr_expect_eq(call.limits[0].used, 900);
    cr_expect_eq(call.limits[0].excess, 30);
}

Test(refusal, each_limit_is_about_its_own_kind_of_memory)
{
    EXPECT_BEYOND(address_space, 0, .bytes = 10000, .data = true, .committed = true, .maps = true);
    EXPECT_BEYOND(data, 0, .bytes = 10000, .new_addresses = true, .committed = true, .maps = true);
    EXPECT_BEYOND(data, 1, .bytes = 10000, .data = true);
    EXPECT_BEYOND(commit, 0, .bytes = 10000, .new_addresses = true, .data = true, .maps = true);
    EXPECT_BEYOND(commit, 1, .bytes = 10000, .committed = true);
    EXPECT_BEYOND(mappings, 0, .bytes = 10000, .new_addresses = true, .data = true, .committed = true);
    EXPECT_BEYOND(mappings, 1, .maps = true);
}

Test(refusal, of_tasks_there_may_be_too_many)
{
    struct limit tasks = {.name = "cgroup pids",
                          .where = (char *)"/a",
                          .unit = LIMIT_COUNT,
                          .growths = 1U << GROWTH_TASKS,
                          .limit = {true, 20},
                          .used = {true, 20},
                          .left = {true, 0}};
    struct refused_call call = {0};

    EXPECT_BEYOND(tasks, 0, .bytes = 10000, .new_addresses = true, .data = true, .committed = true, .maps = true);
    EXPECT_BEYOND(mappings, 0, .task = true);
    cr_assert_eq(count_beyond(tasks, (struct memory_request){.task = true}, &call), 1);
    cr_expect_str_eq(call.limits[0].where, "/a");
    cr_expect_eq(call.limits[0].excess, 1);
    free(call.limits[0].where);
}

Test(refusal, a_stack_has_a_limit_of_its_own)
{
    const struct limit stack = {
        .name = "RLIMIT_STACK", .growths = 1U << GROWTH_STACK, .limit = {true, 1000}, .used = {true, 1000}, .left = {true, 0}};
    const struct limit locked = {
        .name = "RLIMIT_MEMLOCK", .growths = 1U << GROWTH_LOCKED, .limit = {true, 1000}, .used = {true, 1000}, .left = {true, 0}};

    EXPECT_BEYOND(stack, 0, .bytes = 10000, .new_addresses = true, .data = true, .committed = true, .maps = true);
    EXPECT_BEYOND(stack, 1, .bytes = 10, .stack = true);
    EXPECT_BEYOND(data, 0, .bytes = 10000, .stack = true, .new_addresses = true);
    EXPECT_BEYOND(locked, 0, .bytes = 10, .stack = true);
    EXPECT_BEYOND(locked, 1, .bytes = 10, .stack = true, .locked = true);
}

Test(refusal, who_kills_does_not_refuse)
{
    EXPECT_BEYOND(group, 0, .bytes = 10000, .new_addresses = true, .data = true, .committed = true, .maps = true);
}

Test(refusal, what_is_not_known_explains_nothing)
{
    EXPECT_BEYOND(unknown, 0, .bytes = 10000, .new_addresses = true);
}

Test(refusal, several_limits_may_explain_it)
{
    struct limit limits[] = {address_space, data, commit, group, mappings};
    const struct limit_list list = {.items = limits, .count = 5};
    struct refused_call call = {0};

    refusal_explain(&list, &(struct memory_request){1000, true, true, true, true}, &call);
    cr_assert_eq(call.limit_count, 4);
    cr_expect_str_eq(call.limits[3].name, "vm.max_map_count");
    cr_expect_eq(call.limits[3].excess, 1);
}
