/* SPDX-License-Identifier: MIT
 * Names of files with parts that are filled in. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "program/options/output_name.h"

static void expect(const char *name, const char *expanded)
{
    char *error = NULL, *got = output_name_expand(name, 42, &error);

    cr_assert(ne(ptr, got, NULL), "%s", error);
    cr_expect(eq(str, got, (char *)expanded));
    free(got);
}

static void expect_refused(const char *name, const char *message)
{
    char *error = NULL, *got = output_name_expand(name, 42, &error);

    cr_expect(eq(ptr, got, NULL));
    cr_assert(ne(ptr, error, NULL));
    cr_expect(eq(str, error, (char *)message));
    free(error);
}

Test(output_name, stays_as_it_is_without_a_percent_sign)
{
    expect("", "");
    expect("/tmp/a b.json", "/tmp/a b.json");
}

Test(output_name, is_filled_in)
{
    char host[HOST_NAME_MAX + 1], expected[HOST_NAME_MAX + 64];

    gethostname(host, sizeof host);
    snprintf(expected, sizeof expected, "42-1-%s.json", host);
    expect("%p-%n-%h.json", expected);
    setenv("LEAKWATCH_TEST_VARIABLE", "7", 1);
    expect("%q{LEAKWATCH_TEST_VARIABLE}%%%q{LEAKWATCH_TEST_VARIABLE}", "7%7");
}

Test(output_name, is_refused_if_something_else_follows)
{
    expect_refused("a%", "'%' is not %p, %h, %n, %q{VARIABLE} or %%");
    expect_refused("a%x", "'%x' is not %p, %h, %n, %q{VARIABLE} or %%");
    expect_refused("%q", "%q wants the name of a variable in braces: %q{VARIABLE}");
    expect_refused("%q{A", "%q wants the name of a variable in braces: %q{VARIABLE}");
    unsetenv("LEAKWATCH_TEST_VARIABLE");
    expect_refused("%q{LEAKWATCH_TEST_VARIABLE}",
                   "the variable 'LEAKWATCH_TEST_VARIABLE' of %q{LEAKWATCH_TEST_VARIABLE} is not set");
}

Test(output_name, is_another_for_each_process_with_its_id_only)
{
    cr_expect(output_name_is_by_process("x.%p"));
    cr_expect(output_name_is_by_process("%h%%%p"));
    cr_expect_not(output_name_is_by_process("x.%%p"));
    cr_expect_not(output_name_is_by_process("%n%h"));
    cr_expect_not(output_name_is_by_process("p"));
}
