/* SPDX-License-Identifier: MIT */
#include "json_stream.h"

#include <string.h>

#include "utf8.h"

/* ---- Structure ------------------------------------------------------------------------------------------------------------- */

/* Whether something precedes in the same object or array can be seen from the last byte: strings end in a quotation mark. */
static void separate(struct text_buffer *buffer)
{
    const char last = buffer->used > 0 ? buffer->text[buffer->used - 1] : '{';

    if (last != '{' && last != '[' && last != ':')
        text_buffer_char(buffer, ',');
}

void json_stream_begin(struct text_buffer *buffer, char bracket)
{
    separate(buffer);
    text_buffer_char(buffer, bracket);
}

void json_stream_end(struct text_buffer *buffer, char bracket)
{
    text_buffer_char(buffer, bracket);
}

void json_stream_member(struct text_buffer *buffer, const char *name)
{
    json_stream_text(buffer, name);
    text_buffer_char(buffer, ':');
}

/* ---- Numbers --------------------------------------------------------------------------------------------------------------- */

void json_stream_null(struct text_buffer *buffer)
{
    separate(buffer);
    text_buffer_text(buffer, "null");
}

void json_stream_bool(struct text_buffer *buffer, bool truth)
{
    separate(buffer);
    text_buffer_text(buffer, truth ? "true" : "false");
}

void json_stream_signed(struct text_buffer *buffer, int64_t number)
{
    separate(buffer);
    text_buffer_signed(buffer, number);
}

void json_stream_unsigned(struct text_buffer *buffer, uint64_t number)
{
    separate(buffer);
    text_buffer_unsigned(buffer, number);
}

void json_stream_hex(struct text_buffer *buffer, uint64_t number)
{
    separate(buffer);
    text_buffer_char(buffer, '"');
    if (number == 0)
        text_buffer_text(buffer, "0x");
    text_buffer_hex(buffer, number);
    text_buffer_char(buffer, '"');
}

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

static bool is_plain(unsigned char byte)
{
    return byte >= ' ' && byte < 0x80 && byte != '"' && byte != '\\';
}

static const char *short_escape(unsigned char byte)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\f':
        return "\\f";
    case '\r':
        return "\\r";
    default:
        return NULL;
    }
}

static const char hex_digits[] = "0123456789abcdef";

static void add_escaped(struct text_buffer *buffer, unsigned char byte)
{
    const char *escape = short_escape(byte);
    const char number[] = {'\\', 'u', '0', '0', hex_digits[byte >> 4], hex_digits[byte & 15]};

    if (escape)
        text_buffer_text(buffer, escape);
    else
        text_buffer_bytes(buffer, number, sizeof number);
}

void json_stream_string(struct text_buffer *buffer, const char *bytes, size_t size)
{
    separate(buffer);
    text_buffer_char(buffer, '"');
    for (size_t i = 0; i < size;) {
        const size_t start = i;
        size_t length = 1;
        while (i < size && is_plain((unsigned char)bytes[i]))
            i++;
        while (i < size && (unsigned char)bytes[i] >= 0x80 && (length = utf8_length(bytes + i, size - i)) > 0)
            i += length;
        text_buffer_bytes(buffer, bytes + start, i - start);
        if (i < size && !is_plain((unsigned char)bytes[i]))
            add_escaped(buffer, (unsigned char)bytes[i++]);
    }
    text_buffer_char(buffer, '"');
}

void json_stream_text(struct text_buffer *buffer, const char *text)
{
    json_stream_string(buffer, text, strlen(text));
}

void json_stream_member_text(struct text_buffer *buffer, const char *name, const char *text)
{
    json_stream_member(buffer, name);
    json_stream_text(buffer, text);
}

void json_stream_digits(struct text_buffer *buffer, const void *bytes, size_t size)
{
    const unsigned char *from = bytes;

    separate(buffer);
    text_buffer_char(buffer, '"');
    for (size_t i = 0; i < size; i++) {
        text_buffer_char(buffer, hex_digits[from[i] >> 4]);
        text_buffer_char(buffer, hex_digits[from[i] & 15]);
    }
    text_buffer_char(buffer, '"');
}

void json_stream_foreign(struct text_buffer *buffer, const char *bytes, size_t size)
{
    if (utf8_valid_prefix(bytes, size) == size) {
        json_stream_string(buffer, bytes, size);
        return;
    }
    json_stream_begin(buffer, '{');
    json_stream_member(buffer, "bytes");
    json_stream_digits(buffer, bytes, size);
    json_stream_end(buffer, '}');
}
