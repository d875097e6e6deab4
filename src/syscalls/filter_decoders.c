/* SPDX-License-Identifier: MIT
 *
 * Programs of the classic packet filter, as sockets and seccomp take them. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "decoder.h"

static void add_part(struct decoder *decoder, struct value *code, const struct constant_set *set, uint32_t bits)
{
    value_add(code, NULL, value_enum(decoder, set, bits));
}

/* What the bits above the class mean depends on it. */
static struct value *show_code(struct decoder *decoder, uint32_t code)
{
    enum { MOVE = 0xf8 };
    struct value *value = value_union(decoder);

    value->number = code;
    add_part(decoder, value, &set_filter_classes, BPF_CLASS(code));
    switch (BPF_CLASS(code)) {
    case BPF_LD:
    case BPF_LDX:
        add_part(decoder, value, &set_filter_sizes, BPF_SIZE(code));
        add_part(decoder, value, &set_filter_modes, BPF_MODE(code));
        break;
    case BPF_ALU:
        add_part(decoder, value, &set_filter_sources, BPF_SRC(code));
        add_part(decoder, value, &set_filter_operations, BPF_OP(code));
        break;
    case BPF_JMP:
        add_part(decoder, value, &set_filter_sources, BPF_SRC(code));
        add_part(decoder, value, &set_filter_jumps, BPF_OP(code));
        break;
    case BPF_RET:
        add_part(decoder, value, &set_filter_results, BPF_RVAL(code));
        break;
    case BPF_MISC:
        add_part(decoder, value, &set_filter_moves, code & MOVE);
        break;
    default:
        break;
    }
    return value;
}

static struct value *show_action(struct decoder *decoder, uint32_t word)
{
    const uint32_t data = word & SECCOMP_RET_DATA;
    struct value *value = value_union(decoder);

    value->number = word;
    value_add(value, NULL, value_enum(decoder, &set_seccomp_actions, word & ~data));
    if (data)
        value_add(value, NULL, value_hex(decoder, data));
    return value;
}

static struct value *show_step(struct decoder *decoder, const void *element, size_t index)
{
    const struct sock_filter *step = element;
    const bool jump = step->jt || step->jf;
    /* What a filter of packets returns is a number of bytes. */
    const bool acts = decoder->call->number != SYS_setsockopt;
    const bool result = acts && BPF_CLASS(step->code) == BPF_RET && BPF_RVAL(step->code) == BPF_K;
    struct value *value = value_call(decoder, jump ? "BPF_JUMP" : "BPF_STMT");

    value_add(value, NULL, show_code(decoder, step->code));
    value_add(value, NULL, result ? show_action(decoder, step->k) : value_hex(decoder, step->k));
    if (jump) {
        value_add(value, NULL, value_hex(decoder, step->jt));
        value_add(value, NULL, value_hex(decoder, step->jf));
    }
    return value;
}

DECODE(filter_steps)
{
    const uint64_t count = decoder_length(decoder, type->length);

    if (decoder->options->abbreviate || count > BPF_MAXINSNS)
        return value_address(decoder, number);
    return decode_array(decoder, number, count, sizeof(struct sock_filter), show_step);
}
