/* SPDX-License-Identifier: MIT
 *
 * Mappings and where they are. */
#include <sys/mman.h>
#include <sys/syscall.h>

#include "abi/errors.h"
#include "decoder.h"

enum { HUGE_SHIFT = 26 }; /* of the size of huge pages, in MAP_HUGE_* and MFD_HUGE_* */

static void add_huge(struct decoder *decoder, struct value *value, uint32_t flags, const char *shift)
{
    if (flags >> HUGE_SHIFT)
        value_add(value, NULL, value_word(decoder, arena_printf(decoder->arena, "%u<<%s", flags >> HUGE_SHIFT, shift), flags));
}

/* The kind of mapping is a number, the rest are bits, but for the logarithm of the size of pages. */
DECODE(map_flags)
{
    enum { KIND = 0xf, BITS = (1 << HUGE_SHIFT) - 1 - KIND };
    const uint32_t flags = (uint32_t)number;
    struct value *value = value_union(decoder);

    value->number = flags;
    value_add(value, NULL, value_enum(decoder, &set_map_types, flags & KIND));
    if (flags & BITS)
        value_add_flags(decoder, value, &set_mmap_flags, flags & BITS);
    add_huge(decoder, value, flags, "MAP_HUGE_SHIFT");
    return value;
}

DECODE(memfd_flags)
{
    enum { BITS = (1 << HUGE_SHIFT) - 1 };
    const uint32_t flags = (uint32_t)number;
    struct value *value = value_union(decoder);

    value->number = flags;
    if (flags & BITS || flags >> HUGE_SHIFT == 0)
        value_add(value, NULL, value_flags(decoder, &set_memfd_flags, flags & BITS));
    add_huge(decoder, value, flags, "MFD_HUGE_SHIFT");
    return value;
}

/* The lowest bits are the priority. */
DECODE(swap_flags)
{
    enum { PRIORITY = 0x7fff };
    const uint32_t flags = (uint32_t)number;
    struct value *value = value_union(decoder);

    value->number = flags;
    if (flags & ~PRIORITY)
        value_add(value, NULL, value_flags(decoder, &set_swap, flags & ~PRIORITY));
    if (flags & PRIORITY || flags == 0)
        value_add(value, NULL, value_unsigned(decoder, flags & PRIORITY));
    return value;
}

CONDITION(remap_is_fixed)
{
    return decoder->call->arguments[3] & MREMAP_FIXED;
}

CONDITION(barrier_has_cpu)
{
    return (uint32_t)decoder->call->arguments[1] != 0;
}

/* ---- Pages ----------------------------------------------------------------------------------------------------------------- */

static struct value *show_presence(struct decoder *decoder, const void *element, size_t index)
{
    return value_unsigned(decoder, *(const unsigned char *)element & 1);
}

DECODE(pages_present)
{
    enum { PAGE = 4096 };
    const uint64_t size = decoder->call->arguments[1];

    return decode_array(decoder, number, size / PAGE + (size % PAGE != 0), 1, show_presence);
}

static struct value *show_page_state(struct decoder *decoder, const void *element, size_t index)
{
    const int state = *(const int *)element;
    const char *name = state < 0 && state >= -ERROR_NUMBER_MAX ? error_name(-state) : NULL;

    return name ? value_word(decoder, arena_printf(decoder->arena, "-%s", name), (uint64_t)(int64_t)state)
                : value_signed(decoder, state);
}

DECODE(page_states)
{
    return decode_array(decoder, number, decoder->call->arguments[1], sizeof(int), show_page_state);
}

/* ---- Policies -------------------------------------------------------------------------------------------------------------- */

static struct value *show_policy(struct decoder *decoder, uint32_t mode)
{
    const uint32_t bits = mode & 0xe000; /* MPOL_MODE_FLAGS */
    const bool known = constant_set_name(&set_policies, mode & ~bits) != NULL;

    if (bits == 0)
        return value_enum(decoder, &set_policies, mode);
    struct value *value = value_union(decoder);
    value->number = mode;
    if (known)
        value_add(value, NULL, value_enum(decoder, &set_policies, mode & ~bits));
    value_add(value, NULL, value_flags(decoder, &set_policy_modes, bits));
    if (!known)
        value_add(value, NULL, value_hex(decoder, mode & ~bits));
    return value;
}

DECODE(memory_policy)
{
    return show_policy(decoder, (uint32_t)number);
}

DECODE(memory_policy_stored)
{
    uint32_t mode;

    if (!decoder_read(decoder, number, &mode, sizeof mode))
        return value_address(decoder, number);
    return value_pointed(decoder, show_policy(decoder, mode));
}

/* All digits are shown, with 0x in the place of the first two where there is a bit. */
static struct value *show_nodes(struct decoder *decoder, const void *element, size_t index)
{
    const uint64_t nodes = *(const uint64_t *)element;
    struct value *value = value_hex(decoder, nodes);

    value->text = arena_printf(decoder->arena, "%#016lx", nodes);
    return value;
}

DECODE(node_mask)
{
    enum { WORD = 64, NODES_MAX = 1 << 20 };
    const uint64_t bits = decoder_length(decoder, type->length);

    if (bits > NODES_MAX && !decoder->options->abbreviate)
        return value_address(decoder, number);
    return decode_array(decoder, number, bits / WORD + (bits % WORD != 0), WORD / 8, show_nodes);
}
