/* SPDX-License-Identifier: MIT */
#include "text_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Digits of the largest number in base 8. */
enum { DIGITS_MAX = 22 };

void text_buffer_add(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;

    for (;;) {
        const size_t room = buffer->capacity - buffer->used;
        va_start(arguments, format);
        const int size = vsnprintf(room ? buffer->text + buffer->used : NULL, room, format, arguments);
        va_end(arguments);
        if (size < 0)
            return;
        if ((size_t)size < room) {
            buffer->used += (size_t)size;
            return;
        }
        buffer->text = xgrow(buffer->text, &buffer->capacity, buffer->used + (size_t)size + 1, 1);
    }
}

/* Room for `size` bytes and a NUL. */
static char *make_room(struct text_buffer *buffer, size_t size)
{
    if (buffer->capacity - buffer->used <= size)
        buffer->text = xgrow(buffer->text, &buffer->capacity, buffer->used + size + 1, 1);
    return buffer->text + buffer->used;
}

void text_buffer_bytes(struct text_buffer *buffer, const void *bytes, size_t size)
{
    char *to = make_room(buffer, size);

    memcpy(to, bytes, size);
    to[size] = '\0';
    buffer->used += size;
}

void text_buffer_text(struct text_buffer *buffer, const char *text)
{
    text_buffer_bytes(buffer, text, strlen(text));
}

void text_buffer_char(struct text_buffer *buffer, char character)
{
    char *to = make_room(buffer, 1);

    to[0] = character;
    to[1] = '\0';
    buffer->used++;
}

void text_buffer_fill(struct text_buffer *buffer, char character, size_t count)
{
    char *to = make_room(buffer, count);

    memset(to, character, count);
    to[count] = '\0';
    buffer->used += count;
}

void text_buffer_unsigned(struct text_buffer *buffer, uint64_t number)
{
    text_buffer_padded(buffer, number, 1);
}

void text_buffer_padded(struct text_buffer *buffer, uint64_t number, unsigned width)
{
    char digits[DIGITS_MAX];
    char *first = digits + sizeof digits;

    do
        *--first = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    while (first > digits && first + width > digits + sizeof digits)
        *--first = '0';
    text_buffer_bytes(buffer, first, (size_t)(digits + sizeof digits - first));
}

void text_buffer_signed(struct text_buffer *buffer, int64_t number)
{
    if (number < 0)
        text_buffer_char(buffer, '-');
    text_buffer_unsigned(buffer, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

/* In a base of 2 to the power of `bits`. */
static void add_digits(struct text_buffer *buffer, const char *prefix, uint64_t number, unsigned bits)
{
    char digits[DIGITS_MAX];
    char *first = digits + sizeof digits;

    if (number == 0) {
        text_buffer_char(buffer, '0');
        return;
    }
    for (; number != 0; number >>= bits)
        *--first = "0123456789abcdef"[number & ((1U << bits) - 1)];
    text_buffer_text(buffer, prefix);
    text_buffer_bytes(buffer, first, (size_t)(digits + sizeof digits - first));
}

void text_buffer_hex(struct text_buffer *buffer, uint64_t number)
{
    add_digits(buffer, "0x", number, 4);
}

void text_buffer_octal(struct text_buffer *buffer, uint64_t number)
{
    add_digits(buffer, "0", number, 3);
}

void text_buffer_escape(struct text_buffer *buffer, const char *sequence)
{
    text_buffer_text(buffer, sequence);
    buffer->unseen += strlen(sequence);
}

void text_buffer_clear(struct text_buffer *buffer)
{
    buffer->used = buffer->unseen = 0;
    if (buffer->text)
        buffer->text[0] = '\0';
}

void text_buffer_finish(struct text_buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct text_buffer){0};
}
