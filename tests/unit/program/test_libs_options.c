/* SPDX-License-Identifier: MIT */
#include "program/options/libs_options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/xalloc.h"
#include "program/libs/libs_packages.h"

static struct libs_options options;
static char *words[16];

static void begin(void)
{
    libs_options_init(&options);
}

static void end(void)
{
    libs_options_finish(&options);
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
}

TestSuite(libs_options, .init = begin, .fini = end);

/* The words up to NULL; returns what is wrong, or NULL. */
static char *parse(const char *first, ...)
{
    int count = 0;
    va_list arguments;

    words[count++] = xstrdup("libs");
    va_start(arguments, first);
    for (const char *word = first; word; word = va_arg(arguments, const char *))
        words[count++] = xstrdup(word);
    va_end(arguments);
    words[count] = NULL;
    return libs_options_parse(&options, count, words);
}

static void expect_refusal(char *message, const char *part)
{
    cr_expect(message && strstr(message, part), "said: %s", message);
    free(message);
}

Test(libs_options, files_are_examined)
{
    cr_assert_null(parse("-t", "--json=x", "a", "-b", NULL));
    cr_expect_str_eq(options.paths[0], "a");
    cr_expect_str_eq(options.paths[1], "-b");
    cr_expect(options.tree && !options.all && options.program == NULL);
}

Test(libs_options, a_program_behind_two_dashes_is_run)
{
    cr_assert_null(parse("--files", "--", "a", "-b", NULL));
    cr_expect_str_eq(options.program[0], "a");
    cr_expect(options.paths == NULL && options.files);
}

Test(libs_options, all_is_a_tree)
{
    cr_assert_null(parse("--all", "a", NULL));
    cr_expect(options.tree && options.all);
}

Test(libs_options, nothing_to_look_at)
{
    expect_refusal(parse(NULL), "no file given");
}

Test(libs_options, a_tree_of_files_is_not_run)
{
    expect_refusal(parse("--root=/x", "--", "a", NULL), "--root");
}

Test(libs_options, a_folder_is_not_run)
{
    expect_refusal(parse("-r", "--", "a", NULL), "--recursive");
}

Test(libs_options, other_files_are_seen_at_run_time_only)
{
    expect_refusal(parse("--files", "a", NULL), "--files");
}

Test(libs_options, one_stream_for_one_report)
{
    expect_refusal(parse("-o", "-", "--json=-", "a", NULL), "standard output");
}

Test(libs_packages, names_by_the_rules_of_debian)
{
    static const struct {
        const char *soname, *package;
    } names[] = {
        {"libfoo.so.1", "libfoo1"},         {"libfoo-2.0.so.3", "libfoo-2.0-3"}, {"libstdc++.so.6", "libstdc++6"},
        {"libQt5Core.so.5", "libqt5core5"}, {"libfoo_bar.so.2", "libfoo-bar2"},  {"libfoo.so", "libfoo"},
        {"libfoo-1.2.so", "libfoo-1.2"},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *package = libs_packages_debian_name(names[i].soname);
        cr_expect(package && strcmp(package, names[i].package) == 0, "%s gave %s", names[i].soname, package);
        free(package);
    }
    cr_expect_null(libs_packages_debian_name("foo"));
    cr_expect_null(libs_packages_debian_name(".so.1"));
    cr_expect_null(libs_packages_debian_name("libfoo.sonic"));
}
