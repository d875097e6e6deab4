/* SPDX-License-Identifier: MIT
 *
 * Strings and arrays out of the program's memory. */
#include "decoder.h"

#include <limits.h>
#include <string.h>
#include <sys/syscall.h>

#include "abi/signals.h"

enum { PAGE = 4096, STRING_PART = 256, ELEMENT_MAX = 1024 };

bool decoder_read(const struct decoder *decoder, uint64_t address, void *buffer, size_t size)
{
    return memory_read(decoder->memory, address, buffer, size) == size;
}

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

/* Reads up to `limit` bytes or to a NUL, whichever comes first, never past the page of either. Returns the length, or -1 if memory
 * ends before; `*ended` tells whether the NUL was met. */
static long read_string(const struct decoder *decoder, uint64_t address, char *text, size_t limit, bool *ended)
{
    size_t used = 0;

    *ended = false;
    while (used < limit) {
        size_t part = PAGE - (address + used) % PAGE;
        part = part < limit - used ? part : limit - used;
        part = part < STRING_PART ? part : STRING_PART;
        const size_t got = memory_read(decoder->memory, address + used, text + used, part);
        const char *end = memchr(text + used, '\0', got);
        if (end) {
            *ended = true;
            return end - text;
        }
        if (got < part)
            return -1;
        used += got;
    }
    return (long)used;
}

static struct value *decode_terminated(struct decoder *decoder, uint64_t address, size_t limit)
{
    char text[PATH_MAX + 1];
    bool ended;

    if (address == 0 || decoder->options->raw)
        return value_address(decoder, address);
    if (limit > PATH_MAX)
        limit = PATH_MAX;
    const long length = read_string(decoder, address, text, limit + 1, &ended);
    if (length < 0)
        return value_address(decoder, address);
    struct value *value = value_bytes(decoder, "", 0);
    value->truncated = !ended;
    value->size = ended ? (size_t)length : limit;
    value->text = arena_copy(decoder->arena, text, value->size);
    return value;
}

struct value *decode_path(struct decoder *decoder, uint64_t address)
{
    struct value *value = decode_terminated(decoder, address, PATH_MAX - 1);

    value->whole = true;
    return value;
}

struct value *decode_string(struct decoder *decoder, uint64_t address)
{
    return decode_terminated(decoder, address, decoder->options->string_limit);
}

struct value *decode_buffer(struct decoder *decoder, uint64_t address, uint64_t size)
{
    const bool truncated = size > decoder->options->string_limit;
    const size_t shown = truncated ? decoder->options->string_limit : (size_t)size;

    if (address == 0 || decoder->options->raw)
        return value_address(decoder, address);
    char *bytes = arena_alloc(decoder->arena, shown + 1);
    if (!decoder_read(decoder, address, bytes, shown))
        return value_address(decoder, address);
    struct value *value = value_bytes(decoder, "", 0);
    value->text = bytes;
    value->size = shown;
    value->truncated = truncated;
    value->binary = true;
    return value;
}

/* ---- Arrays ---------------------------------------------------------------------------------------------------------------- */

struct array_source {
    uint64_t address, count;
    size_t size;
};

/* Elements are made by one of two kinds of makers. */
struct element_maker {
    decode_element *function;
    const struct type *type;
};

static struct value *make_element(struct decoder *decoder, const struct element_maker *maker, const void *bytes, size_t index)
{
    return maker->function ? maker->function(decoder, bytes, index) : decode_bytes_as(decoder, maker->type, bytes);
}

/* What cannot be read ends the array with a word that tells where. */
static struct value *collect(struct decoder *decoder, const struct array_source *source, const struct element_maker *maker)
{
    unsigned char bytes[ELEMENT_MAX];
    struct value *array = value_array(decoder);
    const uint64_t limit = decoder->options->abbreviate ? decoder->options->string_limit : UINT64_MAX;

    for (uint64_t i = 0; i < source->count; i++) {
        const uint64_t address = source->address + i * source->size;
        if (i >= limit) {
            value_add(array, NULL, value_more(decoder));
            break;
        }
        if (!decoder_read(decoder, address, bytes, source->size)) {
            if (i == 0)
                return value_address(decoder, source->address);
            struct value *more = value_add(array, NULL, value_more(decoder));
            more->comment = arena_printf(decoder->arena, "%#lx", address);
            break;
        }
        value_add(array, NULL, make_element(decoder, maker, bytes, i));
    }
    return array;
}

static struct value *decode_elements(struct decoder *decoder, const struct array_source *source, const struct element_maker *maker)
{
    if (source->address == 0)
        return value_address(decoder, 0);
    if (source->count == 0)
        return value_array(decoder);
    if (!decoder->options->dereference || source->size == 0 || source->size > ELEMENT_MAX ||
        source->count > (UINT64_MAX - source->address) / source->size)
        return value_address(decoder, source->address);
    return collect(decoder, source, maker);
}

struct value *decode_array(struct decoder *decoder, uint64_t address, uint64_t count, size_t size, decode_element *element)
{
    const struct array_source source = {address, count, size};

    return decode_elements(decoder, &source, &(struct element_maker){.function = element});
}

struct value *decode_typed_array(struct decoder *decoder, const struct type *element, uint64_t address, uint64_t count)
{
    const struct array_source source = {address, count, element->layout ? element->layout->size : element->size};

    return decode_elements(decoder, &source, &(struct element_maker){.type = element});
}

struct value *decode_string_array(struct decoder *decoder, uint64_t address)
{
    struct value *array = value_array(decoder);
    const size_t limit = decoder->options->abbreviate ? decoder->options->string_limit : 1 << 20;

    if (address == 0 || decoder->options->raw || !decoder->options->dereference)
        return value_address(decoder, address);
    for (size_t i = 0;; i++, address += sizeof(uint64_t)) {
        uint64_t string;
        if (!decoder_read(decoder, address, &string, sizeof string)) {
            if (i == 0)
                return value_address(decoder, address);
            value_add(array, NULL, value_more(decoder))->comment = arena_printf(decoder->arena, "%#lx", address);
            break;
        }
        if (string == 0)
            break;
        if (i == limit) {
            value_add(array, NULL, value_more(decoder));
            break;
        }
        value_add(array, NULL, decode_string(decoder, string));
    }
    return array;
}

/* ---- Sets of signals ------------------------------------------------------------------------------------------------------- */

struct value *decode_sigset_bytes(struct decoder *decoder, const void *bytes, size_t size)
{
    enum { SIGNALS = 64, PREFIX = 3 };
    uint64_t set = 0;

    memcpy(&set, bytes, size < sizeof set ? size : sizeof set);
    const bool inverted = __builtin_popcountll(set) > SIGNALS * 2 / 3;
    struct value *value = value_bitset(decoder, inverted);
    value->number = set;
    if (inverted)
        set = ~set;
    for (int number = 1; number <= SIGNALS; number++) {
        if (!(set >> (number - 1) & 1))
            continue;
        const char *name = signal_name(number);
        value_add(value, NULL,
                  name ? value_word(decoder, arena_printf(decoder->arena, "%s", name + PREFIX), (uint64_t)number)
                       : value_unsigned(decoder, (uint64_t)number));
    }
    return value;
}

struct value *decode_sigset(struct decoder *decoder, uint64_t address, uint64_t size)
{
    uint64_t set = 0;
    /* The kernel takes nothing but whole sets, save for rt_sigpending(2), which stores as much as is asked for. */
    const bool whole = size == sizeof set || (decoder->call->number == SYS_rt_sigpending && size > 0 && size < sizeof set);

    if (address == 0 || !whole || !decoder->options->dereference || !decoder_read(decoder, address, &set, size))
        return value_address(decoder, address);
    return decode_sigset_bytes(decoder, &set, size);
}
