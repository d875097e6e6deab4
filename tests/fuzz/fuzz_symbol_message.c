/* SPDX-License-Identifier: MIT
 * Any bytes as an answer of the process that reads symbols: what is taken from it lies within, and arrives the same when it is
 * sent again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "elf/symbol_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct symbol_reader *reader, const char *bytes, const char *text)
{
    if (text && (text < bytes || text + strlen(text) >= reader->end))
        abort();
}

static void check_place(const struct symbol_reader *reader, const char *bytes, const struct symbol_place *place)
{
    struct symbol_writer writer = {0};

    if (place->frame_count > SYMBOL_FRAMES_MAX)
        abort();
    for (size_t i = 0; i < place->frame_count; i++) {
        check_text(reader, bytes, place->frames[i].function);
        check_text(reader, bytes, place->frames[i].linkage_name);
        check_text(reader, bytes, place->frames[i].file);
    }
    if (!symbol_reader_is_done(reader))
        return;
    symbol_write_place(&writer, place);
    if (writer.size != (size_t)(reader->end - bytes) || writer.size > SYMBOL_BODY_MAX)
        abort();
    symbol_writer_finish(&writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct symbol_place place;
    struct symbol_object object;
    /* A copy of exact size, so that the sanitizer sees each byte read too far. */
    char *bytes = malloc(size ? size : 1);

    memcpy(bytes, data, size);
    struct symbol_reader reader = {.at = bytes, .end = bytes + size};
    symbol_read_place(&reader, &place);
    check_place(&reader, bytes, &place);
    reader = (struct symbol_reader){.at = bytes, .end = bytes + size};
    symbol_read_object(&reader, &object);
    check_text(&reader, bytes, object.name);
    reader = (struct symbol_reader){.at = bytes, .end = bytes + size};
    check_text(&reader, bytes, symbol_read_text(&reader));
    free(bytes);
    return 0;
}
