/* SPDX-License-Identifier: MIT
 * UTF-8 in bytes that may be anything. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_UTF8_H
#define LEAKWATCH_REPORT_ENCODING_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes one character at `text` (NUL-terminated, not empty). Returns its length in bytes; 0 if there is no valid one. */
size_t utf8_decode(const char *text, uint32_t *character);

/* The same of `size` bytes, at least one, which no NUL need end. */
size_t utf8_length(const char *bytes, size_t size);

/* How many of `size` bytes are before the first that is no part of a character. */
size_t utf8_valid_prefix(const char *bytes, size_t size);

#endif
