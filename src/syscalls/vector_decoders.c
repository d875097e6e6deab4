/* SPDX-License-Identifier: MIT
 *
 * Data in pieces: arrays of struct iovec, with what they point to; and bytes at random. */
#include <limits.h>
#include <sys/uio.h>

#include "decoder.h"

/* The vector that is being shown has `left` bytes yet: what the call has read may end within it. */
struct vector {
    uint64_t left;
    bool contents;
};

static struct value *show_piece(struct decoder *decoder, struct vector *vector, const struct iovec *piece)
{
    struct value *value = value_struct(decoder);
    const uint64_t address = (uint64_t)piece->iov_base;
    const uint64_t size = piece->iov_len < vector->left ? piece->iov_len : vector->left;

    value_add(value, "iov_base", vector->contents ? decode_buffer(decoder, address, size) : value_address(decoder, address));
    value_add(value, "iov_len", value_unsigned(decoder, piece->iov_len));
    vector->left -= size;
    return value;
}

/* As decode_array() does it, with the bytes that are left counted from piece to piece. */
static struct value *show_vector(struct decoder *decoder, const struct type *type, uint64_t address, struct vector vector)
{
    const uint64_t count = decoder_length(decoder, type->length);
    const uint64_t limit = decoder->options->abbreviate ? decoder->options->string_limit : IOV_MAX;
    struct value *array = value_array(decoder);
    struct iovec piece;

    if (count == 0 && address != 0)
        return array;
    if (!decoder->options->dereference || !decoder_read(decoder, address, &piece, sizeof piece))
        return value_address(decoder, address);
    for (uint64_t i = 0; i < count; i++, address += sizeof piece) {
        if (i >= limit || !decoder_read(decoder, address, &piece, sizeof piece)) {
            struct value *more = value_add(array, NULL, value_more(decoder));
            more->comment = i < limit ? arena_printf(decoder->arena, "%#lx", address) : NULL;
            break;
        }
        value_add(array, NULL, show_piece(decoder, &vector, &piece));
    }
    return array;
}

DECODE(write_vector)
{
    return show_vector(decoder, type, number, (struct vector){UINT64_MAX, true});
}

DECODE(read_vector)
{
    if (!decoder->exiting)
        return NULL;
    const bool contents = decoder_succeeded(decoder);
    return show_vector(decoder, type, number, (struct vector){contents ? (uint64_t)decoder->call->result : 0, contents});
}

DECODE(random_bytes)
{
    struct value *value = decode_buffer(decoder, number, (uint64_t)decoder->call->result);

    value->hex = value->kind == VALUE_BYTES;
    return value;
}
