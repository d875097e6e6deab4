/* SPDX-License-Identifier: MIT
 *
 * The kernel's keys (keyctl(2)). */
#include <linux/keyctl.h>
#include <string.h>

#include "abi/errors.h"
#include "decoder.h"

DECODE(key_serial)
{
    const int key = (int)number;
    const char *name = constant_set_name(&set_special_keys, (uint64_t)(int64_t)key);

    return name ? value_word(decoder, name, number) : value_signed(decoder, key);
}

/* What a program that asks for the key is told. */
DECODE(key_error)
{
    const char *name = error_name((int)number);

    return name ? value_word(decoder, name, number) : value_unsigned(decoder, (uint32_t)number);
}

/* ---- Keys of two parts ------------------------------------------------------------------------------------------------------ */

/* struct keyctl_pkey_params with the second length by the name that the operation gives it. */
DECODE(key_parameters)
{
    struct keyctl_pkey_params parameters;
    const bool verifies = (int)decoder->call->arguments[0] == KEYCTL_PKEY_VERIFY;

    if (!number || !decoder_read(decoder, number, &parameters, sizeof parameters))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "key_id", decode_key_serial_argument(decoder, type, (uint64_t)(int64_t)parameters.key_id));
    value_add(value, "in_len", value_unsigned(decoder, parameters.in_len));
    value_add(value, verifies ? "in2_len" : "out_len", value_unsigned(decoder, parameters.out_len));
    return value;
}

static uint32_t length_at(const struct decoder *decoder, size_t offset)
{
    uint32_t length;

    return decoder_read(decoder, decoder->call->arguments[1] + offset, &length, sizeof length) ? length : 0;
}

DECODE(key_input)
{
    return decode_buffer(decoder, number, length_at(decoder, offsetof(struct keyctl_pkey_params, in_len)));
}

DECODE(key_second_input)
{
    return decode_buffer(decoder, number, length_at(decoder, offsetof(struct keyctl_pkey_params, in2_len)));
}

DECODE(key_derivation)
{
    struct keyctl_kdf_params parameters;

    if (!number || !decoder->options->dereference || !decoder_read(decoder, number, &parameters, sizeof parameters))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "hashname", decode_string(decoder, (uint64_t)parameters.hashname));
    value_add(value, "otherinfo", decode_buffer(decoder, (uint64_t)parameters.otherinfo, parameters.otherinfolen));
    value_add(value, "otherinfolen", value_unsigned(decoder, parameters.otherinfolen));
    return value;
}

DECODE(default_keyring)
{
    const char *name = constant_set_name(&set_key_reqkeys, (uint64_t)(int32_t)number);
    struct value *value = name ? value_word(decoder, name, number) : value_signed(decoder, (int32_t)number);

    if (!name)
        value->comment = set_key_reqkeys.unknown;
    return value;
}
