/* SPDX-License-Identifier: MIT */
#include "protobuf.h"

enum wire_type { WIRE_VARINT = 0, WIRE_BYTES = 2 };

void protobuf_varint(struct text_buffer *message, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        text_buffer_char(message, (char)(value | 0x80));
    text_buffer_char(message, (char)value);
}

static void add_tag(struct text_buffer *message, unsigned field, enum wire_type type)
{
    protobuf_varint(message, (uint64_t)field << 3 | type);
}

void protobuf_number(struct text_buffer *message, unsigned field, uint64_t value)
{
    if (value == 0)
        return;
    add_tag(message, field, WIRE_VARINT);
    protobuf_varint(message, value);
}

void protobuf_header(struct text_buffer *message, unsigned field, size_t size)
{
    add_tag(message, field, WIRE_BYTES);
    protobuf_varint(message, size);
}

void protobuf_bytes(struct text_buffer *message, unsigned field, const struct text_buffer *bytes)
{
    protobuf_header(message, field, bytes->used);
    if (bytes->used > 0)
        text_buffer_bytes(message, bytes->text, bytes->used);
}
