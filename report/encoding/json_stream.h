/* SPDX-License-Identifier: MIT
 *
 * JSON that is written as it comes, for logs with millions of lines: no tree is built and nothing is allocated but the buffer's own
 * memory. Commas come by themselves. What is written between json_stream_begin() and json_stream_end() is the caller's to get
 * right: a member before each value of an object. */
#ifndef LEAKWATCH_REPORT_ENCODING_JSON_STREAM_H
#define LEAKWATCH_REPORT_ENCODING_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_buffer.h"

/* An object, '{' and '}', or an array, '[' and ']'. */
void json_stream_begin(struct text_buffer *buffer, char bracket);
void json_stream_end(struct text_buffer *buffer, char bracket);
/* The name of the value that follows. */
void json_stream_member(struct text_buffer *buffer, const char *name);

void json_stream_null(struct text_buffer *buffer);
void json_stream_bool(struct text_buffer *buffer, bool truth);
void json_stream_signed(struct text_buffer *buffer, int64_t number);
void json_stream_unsigned(struct text_buffer *buffer, uint64_t number);
/* "0x1f"; 0 is "0x0". */
void json_stream_hex(struct text_buffer *buffer, uint64_t number);
/* A string. A byte that is no part of a UTF-8 character becomes U+0080 to U+00FF: who needs it exact looks before. */
void json_stream_text(struct text_buffer *buffer, const char *text);
/* A member whose value is one. */
void json_stream_member_text(struct text_buffer *buffer, const char *name, const char *text);
void json_stream_string(struct text_buffer *buffer, const char *bytes, size_t size);
/* A string of two hexadecimal digits for each byte. */
void json_stream_digits(struct text_buffer *buffer, const void *bytes, size_t size);
/* Foreign bytes, exact: a string if they are UTF-8, or else {"bytes": digits}. */
void json_stream_foreign(struct text_buffer *buffer, const char *bytes, size_t size);

#endif
