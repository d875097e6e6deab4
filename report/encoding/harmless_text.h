/* SPDX-License-Identifier: MIT
 *
 * Text that comes from elsewhere, made harmless: what a terminal would act on, or would show misleadingly (control characters,
 * invalid UTF-8, changes of writing direction), becomes \xNN or \u{N}. The result is UTF-8 in one line. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_HARMLESS_TEXT_H
#define LEAKWATCH_REPORT_ENCODING_HARMLESS_TEXT_H

#include <stddef.h>

#include "text_buffer.h"

/* A part of a text: as it is, or what stands for one character or byte of it. */
struct harmless_part {
    const char *text; /* size bytes; lent by the whole text, or `escape` */
    size_t size;
    char escape[16];
};

/* The first part of the text from `text` to `end`, which is not empty and has a NUL somewhere at or behind `end`. Returns how many
 * bytes of the text it stands for. */
size_t harmless_part(const char *text, const char *end, struct harmless_part *part);

/* Adds a whole text. */
void harmless_text_add(struct text_buffer *buffer, const char *text);

#endif
