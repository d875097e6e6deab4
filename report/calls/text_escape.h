/* SPDX-License-Identifier: MIT
 *
 * Foreign bytes and colours in the text of system calls. Private to report/ but for what the log itself shows of processes. */
#ifndef LEAKWATCH_REPORT_CALLS_TEXT_ESCAPE_H
#define LEAKWATCH_REPORT_CALLS_TEXT_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "call_text.h"

/* The style of the buffer, or the usual one. Never NULL. */
const struct call_text_style *text_style_of(const struct text_buffer *buffer);

#define COLOR_NAME    "\033[1m"
#define COLOR_STRING  "\033[32m"
#define COLOR_ERROR   "\033[31m"
#define COLOR_COMMENT "\033[90m"

/* What follows has this colour, if colours are wanted. */
void text_color_begin(struct text_buffer *buffer, const char *color);
void text_color_end(struct text_buffer *buffer);

/* Bytes as in a string, without its quotes; with `in_brackets` < and > are escaped, too. */
void text_escape_bytes(struct text_buffer *buffer, const char *bytes, size_t size, bool in_brackets);

/* Each byte as a number, \x00. */
void text_escape_hex(struct text_buffer *buffer, const char *bytes, size_t size);

#endif
