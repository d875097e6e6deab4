/* SPDX-License-Identifier: MIT
 *
 * Futexes, where a description cannot say it. */
#include <linux/futex.h>

#include "decoder.h"

/* A name, or a number and a mark, shifted to its place in the word. */
static struct value *shifted(struct decoder *decoder, const struct constant_set *set, uint32_t number, unsigned shift)
{
    const char *name = constant_set_name(set, number);

    return value_word(decoder,
                      name ? arena_printf(decoder->arena, "%s<<%u", name, shift)
                           : arena_printf(decoder->arena, "%#x<<%u /* %s */", number, shift, set->unknown),
                      number << shift);
}

/* FUTEX_OP(operation, argument, comparison, argument): four bits, twelve, four, twelve. */
DECODE(futex_wake_op)
{
    enum { OP = 28, CMP = 24, ARGUMENT = 12, NIBBLE = 0xf, TWELVE = 0xfff };
    const uint32_t word = (uint32_t)number;
    const uint32_t operation = word >> OP & NIBBLE;
    struct value *value = value_union(decoder);

    value->number = word;
    if (operation & FUTEX_OP_OPARG_SHIFT)
        value_add(value, NULL, value_word(decoder, "FUTEX_OP_OPARG_SHIFT<<28", (uint32_t)FUTEX_OP_OPARG_SHIFT << OP));
    value_add(value, NULL, shifted(decoder, &set_futex_op_ops, operation & ~(uint32_t)FUTEX_OP_OPARG_SHIFT, OP));
    value_add(value, NULL, value_word(decoder, arena_printf(decoder->arena, "%#x<<12", word >> ARGUMENT & TWELVE), word));
    value_add(value, NULL, shifted(decoder, &set_futex_op_cmps, word >> CMP & NIBBLE, CMP));
    value_add(value, NULL, value_hex(decoder, word & TWELVE));
    return value;
}

static struct value *show_waiter(struct decoder *decoder, const void *element, size_t index)
{
    const struct futex_waitv *waiter = element;
    struct value *value = value_struct(decoder);

    value_add(value, "val", value_hex(decoder, waiter->val));
    value_add(value, "uaddr", value_address(decoder, waiter->uaddr));
    value_add(value, "flags", value_flags(decoder, &set_futex_waiter_flags, waiter->flags));
    if (waiter->__reserved)
        value_add(value, "__reserved", value_hex(decoder, waiter->__reserved));
    return value;
}

DECODE(futex_waiters)
{
    return decode_array(decoder, number, (uint32_t)decoder->call->arguments[1], sizeof(struct futex_waitv), show_waiter);
}
