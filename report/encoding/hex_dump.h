/* SPDX-License-Identifier: MIT
 *
 * Bytes in hexadecimal and as text, in the form of strace(1) -e read=. */
#ifndef LEAKWATCH_REPORT_ENCODING_HEX_DUMP_H
#define LEAKWATCH_REPORT_ENCODING_HEX_DUMP_H

#include <stddef.h>
#include <stdint.h>

#include "text_buffer.h"

#define HEX_DUMP_LINE 16

/* One line with up to HEX_DUMP_LINE bytes, which stand at `offset` of the data. */
void hex_dump_line(struct text_buffer *buffer, uint64_t offset, const unsigned char *bytes, size_t size);

#endif
