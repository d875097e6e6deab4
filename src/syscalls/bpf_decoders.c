/* SPDX-License-Identifier: MIT
 *
 * bpf(2): the maps. What else it does has attributes of dozens of forms, which only its own libraries write; they stay an address.
 */
#include <linux/bpf.h>
#include <string.h>

#include "decoder.h"

static const struct {
    uint32_t command;
    const struct struct_layout *layout;
    size_t least; /* bytes that are shown even if they are not given */
} commands[] = {
    {BPF_MAP_CREATE, &struct_bpf_map_create, 16},       {BPF_MAP_LOOKUP_ELEM, &struct_bpf_map_element, 32},
    {BPF_MAP_UPDATE_ELEM, &struct_bpf_map_element, 32}, {BPF_MAP_DELETE_ELEM, &struct_bpf_map_delete, 16},
    {BPF_MAP_GET_NEXT_KEY, &struct_bpf_map_next, 24},
};

static struct value *attributes(struct decoder *decoder, const struct struct_layout *layout, size_t least)
{
    const uint64_t address = decoder->call->arguments[1];
    const size_t size = (uint32_t)decoder->call->arguments[2], known = size < layout->size ? size : layout->size;
    char bytes[64] = {0};

    if (!decoder_read(decoder, address, bytes, known))
        return value_address(decoder, address);
    struct value *value = decode_struct_bytes(decoder, layout, bytes, known > least ? known : least);
    if (size > layout->size)
        decode_surplus(decoder, value, address, layout->size, size);
    return value;
}

DECODE(bpf_attributes)
{
    const uint32_t command = (uint32_t)decoder->call->arguments[0];

    if (!number || !decoder->options->dereference)
        return value_address(decoder, number);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].command == command)
            return attributes(decoder, commands[i].layout, commands[i].least);
    return value_address(decoder, number);
}
