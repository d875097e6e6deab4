/* SPDX-License-Identifier: MIT */
#include "text_escape.h"

static const struct call_text_style usual = {.constants = CONST_ABBREV, .strings = STRING_HEX_NONE};

const struct call_text_style *text_style_of(const struct text_buffer *buffer)
{
    return buffer->style ? buffer->style : &usual;
}

/* ---- Colours --------------------------------------------------------------------------------------------------------------- */

#define COLOR_NONE "\033[0m"

void text_color_begin(struct text_buffer *buffer, const char *color)
{
    if (text_style_of(buffer)->colors)
        text_buffer_escape(buffer, color);
}

void text_color_end(struct text_buffer *buffer)
{
    if (text_style_of(buffer)->colors)
        text_buffer_escape(buffer, COLOR_NONE);
}

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

static const char *short_escape(unsigned char byte)
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\v':
        return "\\v";
    case '\f':
        return "\\f";
    case '\r':
        return "\\r";
    default:
        return NULL;
    }
}

static void add_hex_byte(struct text_buffer *buffer, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char escape[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};

    text_buffer_bytes(buffer, escape, sizeof escape);
}

/* An octal escape is as short as can be: with three digits only before an octal digit. */
static void add_octal_byte(struct text_buffer *buffer, unsigned char byte, unsigned char next)
{
    char escape[4] = {'\\'};
    size_t size = 1;
    const bool whole = next >= '0' && next <= '7';

    if (whole || byte >= 0100)
        escape[size++] = (char)('0' + (byte >> 6));
    if (whole || byte >= 010)
        escape[size++] = (char)('0' + (byte >> 3 & 7));
    escape[size++] = (char)('0' + (byte & 7));
    text_buffer_bytes(buffer, escape, size);
}

static bool is_plain(unsigned char byte, bool in_brackets)
{
    return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\' && !(in_brackets && (byte == '<' || byte == '>'));
}

static void add_escaped(struct text_buffer *buffer, unsigned char byte, unsigned char next)
{
    const char *escape = short_escape(byte);

    if (escape)
        text_buffer_text(buffer, escape);
    else if (text_style_of(buffer)->strings == STRING_HEX_NONE || text_style_of(buffer)->strings == STRING_HEX_NON_ASCII)
        add_octal_byte(buffer, byte, next);
    else
        add_hex_byte(buffer, byte);
}

/* Blanks of all kinds count as ASCII, other control characters do not. */
static bool is_ascii(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if (byte > '~' || (byte < ' ' && (byte < '\t' || byte > '\r')))
            return false;
    }
    return true;
}

static bool wants_hex(const struct text_buffer *buffer, const char *bytes, size_t size)
{
    const enum string_hex strings = text_style_of(buffer)->strings;

    return strings == STRING_HEX_ALL || (strings == STRING_HEX_NON_ASCII && !is_ascii(bytes, size));
}

void text_escape_hex(struct text_buffer *buffer, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        add_hex_byte(buffer, (unsigned char)bytes[i]);
}

void text_escape_bytes(struct text_buffer *buffer, const char *bytes, size_t size, bool in_brackets)
{
    if (wants_hex(buffer, bytes, size)) {
        text_escape_hex(buffer, bytes, size);
        return;
    }
    for (size_t i = 0; i < size;) {
        const size_t start = i;
        while (i < size && is_plain((unsigned char)bytes[i], in_brackets))
            i++;
        text_buffer_bytes(buffer, bytes + start, i - start);
        if (i == size)
            break;
        add_escaped(buffer, (unsigned char)bytes[i], i + 1 < size ? (unsigned char)bytes[i + 1] : 0);
        i++;
    }
}
