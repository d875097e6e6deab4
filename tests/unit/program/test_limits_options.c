/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "program/options/limits_options.h"

static struct limits_options options;

static void start(void)
{
    limits_options_init(&options);
}

static void stop(void)
{
    limits_options_finish(&options);
}

TestSuite(limits_options, .init = start, .fini = stop);

/* options.program points into `words` afterwards. */
static char *parse(char **given)
{
    static char *words[16];
    int count = 0;

    for (; given[count]; count++)
        words[count] = given[count];
    words[count] = NULL;
    return limits_options_parse(&options, count, words);
}
#define PARSE(...) parse((char *[]){(char *)"limits", __VA_ARGS__ __VA_OPT__(, ) NULL})
#define W(word)    ((char *)(word))

Test(limits_options, nothing_is_the_machine)
{
    cr_assert_null(PARSE());
    cr_assert(options.pid == 0 && options.program == NULL);
    cr_assert_eq(options.interval_ns, 100000000);
    cr_assert_eq(options.during_ns, 0);
}

Test(limits_options, a_number_is_a_process)
{
    cr_assert_null(PARSE(W("4711")));
    cr_assert_eq(options.pid, 4711);
}

Test(limits_options, behind_two_dashes_is_a_program_whatever_it_is_called)
{
    cr_assert_null(PARSE(W("-q"), W("--"), W("4711"), W("-v")));
    cr_assert_eq(options.pid, 0);
    cr_assert_str_eq(options.program[0], "4711");
    cr_assert_str_eq(options.program[1], "-v");
    cr_assert_eq(options.verbosity, -1);
}

Test(limits_options, sizes_times_and_percentages)
{
    cr_assert_null(PARSE(W("--request=16M"), W("--warn-at=85%"), W("--for=2s"), W("--interval=10ms"), W("1")));
    cr_assert_eq(options.request, 16 << 20);
    cr_assert_eq(options.warn_percent, 85);
    cr_assert_eq(options.during_ns, 2000000000);
    cr_assert_eq(options.interval_ns, 10000000);
}

Test(limits_options, an_audit)
{
    cr_assert_null(PARSE(W("1")));
    cr_assert_eq(options.audit, AUDIT_NO);
    cr_assert_null(PARSE(W("--audit=rt")));
    cr_assert_eq(options.audit, AUDIT_RT);
}

Test(limits_options, sizes_without_and_with_each_unit)
{
    static const struct {
        const char *word;
        uint64_t bytes;
    } rows[] = {{"--request=7", 7}, {"--request=2K", 2048}, {"--request=3M", 3 << 20}, {"--request=5G", UINT64_C(5) << 30}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_null(PARSE(W(rows[i].word)));
        cr_assert_eq(options.request, rows[i].bytes);
    }
}

Test(limits_options, files_and_folders)
{
    cr_assert_null(PARSE(W("-o"), W("a"), W("--json=b"), W("--root=c")));
    cr_assert_str_eq(options.text, "a");
    cr_assert_str_eq(options.json, "b");
    cr_assert_str_eq(options.root, "c");
}
