/* SPDX-License-Identifier: MIT
 * All formats of reports, by name. */
#ifndef LEAKWATCH_TESTS_GOLDEN_FORMATS_H
#define LEAKWATCH_TESTS_GOLDEN_FORMATS_H

#include <stddef.h>
#include <stdio.h>

struct report;
struct report_view;

struct golden_format {
    const char *name;
    int (*write)(const struct report *report, const struct report_view *view, FILE *stream);
};
extern const struct golden_format golden_formats[]; /* the first is JSON */
extern const size_t golden_format_count;

#endif
