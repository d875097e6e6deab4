/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "output_name.h"

static void expect_name(const char *pattern, const char *expected)
{
    char *name = output_name_expand(pattern, 42);

    cr_assert_not_null(name, "%s", pattern);
    cr_expect_str_eq(name, expected);
    free(name);
}

Test(output_name, letters_behind_a_percent_sign_stand_for_something)
{
    setenv("LEAKWATCH_TEST", "a%p", 1);
    expect_name("plain.log", "plain.log");
    expect_name("%p", "42");
    expect_name("x.%p.%n.%%p.%q{LEAKWATCH_TEST}y", "x.42.1.%p.a%py");
}

Test(output_name, anything_else_behind_it_is_refused)
{
    static const char *const patterns[] = {"%", "x%", "%z", "%q", "%q{", "%q{LEAKWATCH_NOT_SET}", "%qHOME", "%q{}"};

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        cr_expect_null(output_name_expand(patterns[i], 42), "%s", patterns[i]);
}

Test(output_name, only_a_process_makes_it_another_name_for_each)
{
    cr_expect(output_name_is_by_process("x.%p"));
    cr_expect(output_name_is_by_process("%q{A}%%%p"));
    cr_expect_not(output_name_is_by_process("x.%%p"));
    cr_expect_not(output_name_is_by_process("%n%q{p}"));
    cr_expect_not(output_name_is_by_process("p"));
}
