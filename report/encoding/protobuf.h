/* SPDX-License-Identifier: MIT
 *
 * Messages in the wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/). A message is what was added
 * to a buffer; one within another is added as bytes. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_PROTOBUF_H
#define LEAKWATCH_REPORT_ENCODING_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

#include "text_buffer.h"

/* A number without its field, as packed fields have them: 7 bits in a byte, the low ones first. */
void protobuf_varint(struct text_buffer *message, uint64_t value);
/* A field of type uint64, int64 or bool; left out if it is 0, which is what readers take it for then. */
void protobuf_number(struct text_buffer *message, unsigned field, uint64_t value);
/* What stands before the bytes of a field: a string, packed numbers or a message. */
void protobuf_header(struct text_buffer *message, unsigned field, size_t size);
/* A field with its bytes. */
void protobuf_bytes(struct text_buffer *message, unsigned field, const struct text_buffer *bytes);

#endif
