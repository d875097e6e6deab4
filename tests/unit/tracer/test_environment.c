/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tracer/calls/environment.h"

#define SHIM "/opt/lw/shim.so"

static struct environment plan(const char *preload, const char *settings, const struct environment_wish *wish)
{
    const struct environment original = {{[ENVIRONMENT_PRELOAD] = (char *)preload, [ENVIRONMENT_SHIM] = (char *)settings}};
    struct environment changed;

    environment_plan(&original, wish, &changed);
    return changed;
}

static const struct environment_wish load = {.shim_path = SHIM, .preload = true, .callers = 30};
static const struct environment_wish leave = {.shim_path = SHIM};

Test(environment, the_shim_is_added)
{
    struct environment changed = plan(NULL, NULL, &load);

    cr_assert_str_eq(changed.entries[ENVIRONMENT_PRELOAD], "LD_PRELOAD=" SHIM);
    cr_assert_str_eq(changed.entries[ENVIRONMENT_SHIM], "LEAKWATCH_SHIM=callers=30,free-stacks=0");
    cr_assert_null(changed.entries[ENVIRONMENT_ASAN]);
    environment_finish(&changed);
}

Test(environment, the_shim_goes_in_front_and_the_original_is_remembered)
{
    struct environment changed = plan("LD_PRELOAD=a.so,b.so", NULL, &load);

    cr_assert_str_eq(changed.entries[ENVIRONMENT_PRELOAD], "LD_PRELOAD=" SHIM ":a.so,b.so");
    cr_assert_str_eq(changed.entries[ENVIRONMENT_SHIM], "LEAKWATCH_SHIM=callers=30,free-stacks=0,preload=a.so,b.so");
    environment_finish(&changed);
}

Test(environment, an_empty_original_is_not_an_absent_one)
{
    struct environment changed = plan("LD_PRELOAD=", NULL, &load);

    cr_assert_str_eq(changed.entries[ENVIRONMENT_PRELOAD], "LD_PRELOAD=" SHIM);
    cr_assert_str_eq(changed.entries[ENVIRONMENT_SHIM], "LEAKWATCH_SHIM=callers=30,free-stacks=0,preload=");
    environment_finish(&changed);
}

Test(environment, failures_stand_before_the_original)
{
    struct environment_wish wish = load;
    wish.fail_first = 7;
    wish.fail_last = UINT64_MAX;
    struct environment changed = plan("LD_PRELOAD=a.so", NULL, &wish);

    cr_assert_str_eq(changed.entries[ENVIRONMENT_SHIM],
                     "LEAKWATCH_SHIM=callers=30,free-stacks=0,fail-first=7,fail-last=18446744073709551615,preload=a.so");
    environment_finish(&changed);
}

Test(environment, what_is_inherited_is_not_added_twice)
{
    struct environment first = plan("LD_PRELOAD=a.so", NULL, &load);
    struct environment again = plan(first.entries[ENVIRONMENT_PRELOAD], first.entries[ENVIRONMENT_SHIM], &load);

    cr_assert_str_eq(again.entries[ENVIRONMENT_PRELOAD], first.entries[ENVIRONMENT_PRELOAD]);
    cr_assert_str_eq(again.entries[ENVIRONMENT_SHIM], first.entries[ENVIRONMENT_SHIM]);
    environment_finish(&first);
    environment_finish(&again);
}

Test(environment, what_is_inherited_is_taken_out)
{
    struct environment changed = plan("LD_PRELOAD=" SHIM ":a.so", "LEAKWATCH_SHIM=callers=30,preload=a.so", &leave);
    cr_assert_str_eq(changed.entries[ENVIRONMENT_PRELOAD], "LD_PRELOAD=a.so");
    cr_assert_null(changed.entries[ENVIRONMENT_SHIM]);
    environment_finish(&changed);

    changed = plan("LD_PRELOAD=" SHIM, "LEAKWATCH_SHIM=callers=30", &leave);
    cr_assert_null(changed.entries[ENVIRONMENT_PRELOAD]);
    environment_finish(&changed);

    changed = plan("LD_PRELOAD=" SHIM, "LEAKWATCH_SHIM=callers=30,preload=", &leave);
    cr_assert_str_eq(changed.entries[ENVIRONMENT_PRELOAD], "LD_PRELOAD=");
    environment_finish(&changed);
}

Test(environment, what_is_not_ours_stays)
{
    struct environment changed = plan("LD_PRELOAD=" SHIM ".old:a.so", NULL, &leave);

    cr_assert_str_eq(changed.entries[ENVIRONMENT_PRELOAD], "LD_PRELOAD=" SHIM ".old:a.so");
    environment_finish(&changed);
}

Test(environment, leak_sanitizer_is_told_to_keep_still)
{
    const struct environment original = {{[ENVIRONMENT_ASAN] = (char *)"ASAN_OPTIONS=verbosity=1"}};
    const struct environment_wish wish = {.shim_path = SHIM, .no_leak_sanitizer = true};
    struct environment changed;

    environment_plan(&original, &wish, &changed);
    cr_assert_str_eq(changed.entries[ENVIRONMENT_ASAN], "ASAN_OPTIONS=verbosity=1:detect_leaks=0");
    cr_assert_str_eq(changed.entries[ENVIRONMENT_LSAN], "LSAN_OPTIONS=detect_leaks=0");
    environment_finish(&changed);
}
