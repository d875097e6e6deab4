/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "heap/leak_scan.h"
#include "program/options/compat_options.h"
#include "program/options/options.h"

static struct options options;
static char *error;

static void stop(void)
{
    free(error);
    options_finish(&options);
}

TestSuite(compat_options, .fini = stop);

/* Parses a command line with its first word. */
#define PARSE(...) parse((const char *[]){__VA_ARGS__, NULL})
static int parse(const char **given)
{
    static char *words[16];
    int count = 0;

    for (; given[count]; count++)
        words[count] = (char *)given[count];
    words[count] = NULL;
    options_finish(&options);
    free(error);
    error = NULL;
    options_init_for(&options, count, words);
    return options_parse(&options, count, words, &error);
}

#define assert_refused(message, ...)                                                                                               \
    do {                                                                                                                           \
        cr_assert_eq(PARSE("valgrind", __VA_ARGS__), -EINVAL);                                                                     \
        cr_expect_str_eq(error, message);                                                                                          \
    } while (0)

#define LEAKS     (1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE)
#define ALL_KINDS (LEAKS | 1U << LEAK_INDIRECT | 1U << LEAK_REACHABLE)

Test(compat_options, name_or_first_option_makes_it_a_command_line_of_valgrind)
{
    cr_assert_eq(PARSE("/usr/bin/valgrind", "prog", "--leak-check=full"), 0);
    cr_expect(options.compat.wanted);
    cr_expect_str_eq(options.program[0], "prog");
    cr_assert_eq(PARSE("leakwatch", "--compat=valgrind", "--", "trace"), 0);
    cr_expect(options.compat.wanted);
    cr_expect_str_eq(options.program[0], "trace");
    cr_assert_eq(PARSE("leakwatch", "valgrind"), 0);
    cr_expect_not(options.compat.wanted);
    cr_assert_eq(PARSE("leakwatch", "-q", "--compat=valgrind", "prog"), -EINVAL);
    cr_expect_str_eq(error, "--compat=valgrind must come first on the command line: what follows are valgrind's options");
    cr_assert_eq(PARSE("leakwatch", "--compat=strace", "prog"), -EINVAL);
}

Test(compat_options, defaults_are_those_of_valgrind)
{
    cr_assert_eq(PARSE("valgrind", "prog"), 0);
    cr_expect_eq(options.leak_check, LEAK_CHECK_SUMMARY);
    cr_expect_eq(options.show_kinds, LEAKS);
    cr_expect_eq(options.error_kinds, 0, "a summary is no error");
    cr_expect_eq(options.num_callers, 12);
    cr_expect_not(options.trace_children);
    cr_expect(options.forked_children);
    cr_expect_eq(options.track_fds, TRACK_FDS_NO);
    cr_expect_str_eq(options.compat.log, "/dev/stderr");
    cr_expect_null(options.xml);
}

Test(compat_options, what_ctest_passes_is_taken)
{
    cr_assert_eq(PARSE("valgrind", "-q", "--tool=memcheck", "--leak-check=yes", "--show-reachable=yes", "--num-callers=50",
                       "--suppressions=a.supp", "--log-file=/x/MemoryChecker.1.log", "prog"),
                 0);
    cr_expect_eq(options.verbosity, -1);
    cr_expect_eq(options.leak_check, LEAK_CHECK_FULL);
    cr_expect_eq(options.show_kinds, ALL_KINDS);
    cr_expect_eq(options.error_kinds, LEAKS);
    cr_expect_eq(options.num_callers, 50);
    cr_expect_eq(options.suppressions.count, 1);
    cr_expect_str_eq(options.compat.log, "/x/MemoryChecker.1.log");
    cr_expect_eq(options.compat.ignored.count, 0);
}

Test(compat_options, words_are_carried_out)
{
    cr_assert_eq(PARSE("valgrind", "--show-possibly-lost=no", "--error-exitcode=9", "--gen-suppressions=all",
                       "--trace-children=yes", "--child-silent-after-fork=yes", "--track-fds=yes", "--log-fd=7",
                       "--num-callers=500", "--memcheck:leak-check=full", "prog"),
                 0);
    cr_expect_eq(options.show_kinds, 1U << LEAK_DEFINITE);
    cr_expect_eq(options.error_exitcode, 9);
    cr_expect(options.gen_suppressions);
    cr_expect(options.trace_children);
    cr_expect_not(options.forked_children);
    cr_expect_eq(options.track_fds, TRACK_FDS_YES);
    cr_expect_str_eq(options.compat.log, "/dev/fd/7");
    cr_expect_eq(options.num_callers, OPTIONS_CALLERS_MAX);
    cr_expect_eq(options.leak_check, LEAK_CHECK_FULL);
}

Test(compat_options, xml_takes_the_place_of_the_text)
{
    cr_assert_eq(PARSE("valgrind", "--xml=yes", "--xml-file=x.%p", "--log-file=y", "prog"), 0);
    cr_expect_str_eq(options.xml, "x.%p");
    cr_expect_null(options.compat.log);
    cr_expect_eq(options.leak_check, LEAK_CHECK_FULL);
    cr_assert_eq(PARSE("valgrind", "--xml-file=x", "prog"), 0);
    cr_expect_null(options.xml);
    assert_refused("--xml=yes needs --xml-file or --xml-fd", "--xml=yes", "prog");
}

Test(compat_options, what_asks_for_more_than_there_is_is_remembered)
{
    cr_assert_eq(PARSE("valgrind", "--track-origins=yes", "--undef-value-errors=no", "--vgdb=no", "--vgdb-error=0", "-v", "-s",
                       "--freelist-vol=1", "prog"),
                 0);
    cr_assert_eq(options.compat.ignored.count, 4);
    cr_expect_str_eq(options.compat.ignored.items[0], "--track-origins=yes");
    cr_expect_str_eq(options.compat.ignored.items[1], "--vgdb-error=0");
    cr_expect_str_eq(options.compat.ignored.items[2], "--verbose");
    cr_expect_str_eq(options.compat.ignored.items[3], "--show-error-list");
}

Test(compat_options, what_valgrind_would_refuse_is_refused)
{
    assert_refused("unknown option of valgrind: '--foo'", "--foo", "prog");
    assert_refused("unknown option of valgrind: '--leak-chekc=full' (did you mean '--leak-check'?)", "--leak-chekc=full", "prog");
    assert_refused("option '--leak-check' needs =no|summary|yes|full", "--leak-check", "full", "prog");
    assert_refused("option '--quiet' takes no argument", "--quiet=yes", "prog");
    assert_refused("unknown option of valgrind: '-qv'", "-qv", "prog");
    assert_refused("unknown option of valgrind: '-'", "-", "prog");
    assert_refused("option '--leak-check': 'maybe' is not no|summary|yes|full", "--leak-check=maybe", "prog");
    assert_refused("there is no tool 'helgrind' here: leakwatch is like memcheck only", "--tool=helgrind", "prog");
    assert_refused("option '--log-file': '%z' is not %p, %h, %n, %q{VARIABLE} or %%", "--log-file=a%z", "prog");
    assert_refused("no program given; try '--help'", "-q");
}

Test(compat_options, words_of_the_environment_are_overruled)
{
    cr_assert_eq(PARSE("valgrind", "prog"), 0);
    cr_assert_eq(compat_options_parse_text(&options, "--num-callers=3 '--error-exitcode=4'", "VALGRIND_OPTS", &error), 0);
    cr_expect_eq(options.num_callers, 3);
    cr_expect_eq(options.error_exitcode, 4);
    cr_assert_eq(compat_options_parse_text(&options, "--version", "VALGRIND_OPTS", &error), -EINVAL);
    cr_expect_str_eq(error, "VALGRIND_OPTS: --help and --version belong on the command line");
}
