/* SPDX-License-Identifier: MIT
 * The command line of `leakwatch trace` in tests. */
#ifndef TESTS_TRACE_WORDS_H
#define TESTS_TRACE_WORDS_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "program/options/trace_options.h"

static struct trace_options options;

static void start(void)
{
    trace_options_init(&options);
}

static void stop(void)
{
    trace_options_finish(&options);
}

/* Parses the words given, with "trace" before them; returns the message. options.program points into `words` afterwards. */
static char *parse(const char **given)
{
    static char *words[64];
    int count = 0;

    trace_options_finish(&options);
    trace_options_init(&options);
    for (; given[count]; count++)
        words[count] = (char *)given[count];
    words[count] = NULL;
    return trace_options_parse(&options, count, words);
}

#define WORDS(...) ((const char *[]){"trace", __VA_ARGS__, NULL})

#define PARSE(...)                                                                                                                 \
    do {                                                                                                                           \
        char *error_ = parse(WORDS(__VA_ARGS__));                                                                                  \
        cr_assert_null(error_, "%s", error_);                                                                                      \
    } while (0)

#define assert_refused(message, ...)                                                                                               \
    do {                                                                                                                           \
        char *error_ = parse(WORDS(__VA_ARGS__));                                                                                  \
        cr_assert_not_null(error_);                                                                                                \
        cr_assert_str_eq(error_, message);                                                                                         \
        free(error_);                                                                                                              \
    } while (0)

#define assert_warned(message, ...)                                                                                                \
    do {                                                                                                                           \
        PARSE(__VA_ARGS__);                                                                                                        \
        cr_assert_eq(options.warnings.count, 1);                                                                                   \
        cr_assert_str_eq(options.warnings.items[0], message);                                                                      \
    } while (0)

#endif
