/* SPDX-License-Identifier: MIT */
#include "hex_dump.h"

static void add_byte(struct text_buffer *buffer, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";
    const char text[] = {' ', digits[byte >> 4], digits[byte & 15]};

    text_buffer_bytes(buffer, text, sizeof text);
}

void hex_dump_line(struct text_buffer *buffer, uint64_t offset, const unsigned char *bytes, size_t size)
{
    text_buffer_add(buffer, " | %05lx ", offset);
    for (size_t i = 0; i < HEX_DUMP_LINE; i++) {
        if (i == HEX_DUMP_LINE / 2)
            text_buffer_char(buffer, ' ');
        if (i < size)
            add_byte(buffer, bytes[i]);
        else
            text_buffer_fill(buffer, ' ', 3);
    }
    text_buffer_text(buffer, "  ");
    for (size_t i = 0; i < HEX_DUMP_LINE; i++)
        text_buffer_char(buffer, i >= size ? ' ' : bytes[i] >= ' ' && bytes[i] <= '~' ? (char)bytes[i] : '.');
    text_buffer_text(buffer, " |\n");
}
