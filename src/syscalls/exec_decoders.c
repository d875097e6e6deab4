/* SPDX-License-Identifier: MIT
 *
 * The arguments of execve. */
#include "decoder.h"

enum { ENVIRONMENT_MAX = 1 << 20 };

DECODE(string_array)
{
    return decode_string_array(decoder, number);
}

static uint64_t count_pointers(const struct decoder *decoder, uint64_t address)
{
    uint64_t count = 0, pointer;

    while (count < ENVIRONMENT_MAX && decoder_read(decoder, address + 8 * count, &pointer, sizeof pointer) && pointer != 0)
        count++;
    return count;
}

/* Abbreviated: where it is, and how many variables there are. */
DECODE(environment)
{
    if (number == 0 || decoder->options->raw || !decoder->options->abbreviate || !decoder->options->dereference)
        return decode_string_array(decoder, number);
    struct value *value = value_address(decoder, number);
    const uint64_t count = count_pointers(decoder, number);
    uint64_t first;

    if (!decoder_read(decoder, number, &first, sizeof first))
        return value;
    value->comment = arena_printf(decoder->arena, "%lu var%s", count, count == 1 ? "" : "s");
    return value;
}
