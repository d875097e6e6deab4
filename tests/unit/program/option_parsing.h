/* SPDX-License-Identifier: MIT
 * A command line, parsed into `options`, or refused with `error`. For one test program each. */
#ifndef LEAKWATCH_TESTS_OPTION_PARSING_H
#define LEAKWATCH_TESTS_OPTION_PARSING_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "program/options/options.h"

static struct options options;
static char *error;

static void start(void)
{
    options_init(&options);
}

static void stop(void)
{
    free(error);
    options_finish(&options);
}

TestSuite(options, .init = start, .fini = stop);

/* Parses the words given, with "leakwatch" before them. options.program points into `words` afterwards. */
#define PARSE(...) parse((const char *[]){"leakwatch", __VA_ARGS__, NULL})
static int parse(const char **given)
{
    static char *words[16];
    int count = 0;

    for (; given[count]; count++)
        words[count] = (char *)given[count];
    words[count] = NULL;
    return options_parse(&options, count, words, &error);
}

#define assert_refused(message, ...)                                                                                               \
    do {                                                                                                                           \
        options_finish(&options);                                                                                                  \
        options_init(&options);                                                                                                    \
        cr_assert_eq(PARSE(__VA_ARGS__), -EINVAL);                                                                                 \
        cr_assert_str_eq(error, message);                                                                                          \
        free(error);                                                                                                               \
        error = NULL;                                                                                                              \
    } while (0)

#endif
