/* SPDX-License-Identifier: MIT
 *
 * How the text report writes numbers, colours and foreign text. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_STYLE_H
#define LEAKWATCH_REPORT_TEXT_TEXT_STYLE_H

#include <stdint.h>
#include <stdio.h>

#include "model/report_model.h"

#define TEXT_LABEL 18 /* columns up to the colon of "total heap usage" */

struct text_writer {
    FILE *stream;
    const struct report_view *view;
};

enum text_style { STYLE_PLAIN, STYLE_STRONG, STYLE_BAD, STYLE_WARNING, STYLE_GOOD, STYLE_FAINT };

/* Printf in a style; colours only if the view wants them. Not for foreign text. */
void text_print(const struct text_writer *writer, enum text_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Writes text that comes from elsewhere, see harmless_text.h. */
void text_foreign(const struct text_writer *writer, const char *text);
/* The same for the first `size` bytes of `text`. */
void text_foreign_bytes(const struct text_writer *writer, const char *text, size_t size);
/* The name of a function. Long ones without what stands in brackets, unless verbose. */
void text_function(const struct text_writer *writer, const char *name);
/* A path, relative to view->directory where it is below it. */
void text_path(const struct text_writer *writer, const char *path);
/* A command line, its words quoted where they need it. */
void text_command(const struct text_writer *writer, char *const *words);

/* "1,234,567"; a value, so that several fit in one printf: text_number(n).text */
struct text_number {
    char text[32];
};
struct text_number text_number(uint64_t value);
/* "1,234 bytes in 5 blocks" */
struct text_amount {
    char text[96];
};
struct text_amount text_amount(struct leak_amount amount);
/* "0.520 s" */
struct text_number text_seconds(uint64_t nanoseconds);
/* When the process was looked at last: "at exit", "now". */
const char *text_moment(const struct report_process *process);
/* "" for 1, "s" otherwise. */
const char *text_plural(uint64_t count);

#endif
