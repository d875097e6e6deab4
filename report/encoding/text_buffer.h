/* SPDX-License-Identifier: MIT
 *
 * Text that grows. It is kept between uses, so that work which repeats allocates nothing. All zero is an empty buffer. */
#ifndef LEAKWATCH_REPORT_ENCODING_TEXT_BUFFER_H
#define LEAKWATCH_REPORT_ENCODING_TEXT_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct call_text_style;

struct text_buffer {
    char *text; /* NUL-terminated once something was added; owned by the buffer */
    size_t used, capacity;
    size_t unseen;                       /* bytes of it that take no room on a terminal */
    const struct call_text_style *style; /* of calls and values (call_text.h), lent; NULL: as strace shows them without options */
};

/* Formatted as by printf(3): for what is rare. The others are for what every line has. */
void text_buffer_add(struct text_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_buffer_text(struct text_buffer *buffer, const char *text);
void text_buffer_bytes(struct text_buffer *buffer, const void *bytes, size_t size);
void text_buffer_char(struct text_buffer *buffer, char character);
void text_buffer_fill(struct text_buffer *buffer, char character, size_t count);
void text_buffer_signed(struct text_buffer *buffer, int64_t number);
void text_buffer_unsigned(struct text_buffer *buffer, uint64_t number);
/* "0x1f"; 0 is "0". */
void text_buffer_hex(struct text_buffer *buffer, uint64_t number);
/* "0644"; 0 is "0". */
void text_buffer_octal(struct text_buffer *buffer, uint64_t number);
/* Decimal, with zeros in front up to `width` digits. */
void text_buffer_padded(struct text_buffer *buffer, uint64_t number, unsigned width);
/* What changes the colour of the text that follows, and takes no room. */
void text_buffer_escape(struct text_buffer *buffer, const char *sequence);

void text_buffer_clear(struct text_buffer *buffer);
void text_buffer_finish(struct text_buffer *buffer);

#endif
