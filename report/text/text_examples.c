/* SPDX-License-Identifier: MIT */
#include "text_examples.h"

#include <inttypes.h>

#include "report/encoding/hex_dump.h"

static void print_bytes(const struct text_writer *writer, const struct report_example *example, int indent)
{
    struct text_buffer buffer = {0};

    for (size_t i = 0; i < example->byte_count; i += HEX_DUMP_LINE) {
        const size_t left = example->byte_count - i;
        text_buffer_clear(&buffer);
        hex_dump_line(&buffer, i, example->bytes + i, left < HEX_DUMP_LINE ? left : HEX_DUMP_LINE);
        fprintf(writer->stream, "%*s%s", indent, "", buffer.text);
    }
    text_buffer_finish(&buffer);
}

void text_examples(const struct text_writer *writer, const struct report_leak *leak, int indent)
{
    for (size_t i = 0; i < leak->example_count; i++) {
        const struct report_example *example = &leak->examples[i];
        fprintf(writer->stream, "%*s%s byte%s at 0x%" PRIx64, indent, "", text_number(example->size).text,
                text_plural(example->size), example->address);
        if (example->byte_count == 0 && example->size > 0)
            fputs(", which cannot be read", writer->stream);
        putc('\n', writer->stream);
        print_bytes(writer, example, indent);
    }
}
