/* SPDX-License-Identifier: MIT
 *
 * How processes are scheduled and limited. */
#include <linux/ioprio.h>
#include <linux/sched/types.h>
#include <sys/resource.h>

#include "decoder.h"

/* ---- Limits ---------------------------------------------------------------------------------------------------------------- */

/* 8192*1024: what is a multiple of a kilobyte is shown as such. */
static struct value *show_limit(struct decoder *decoder, uint64_t limit)
{
    enum { KILOBYTE = 1024 };

    if (limit == UINT64_MAX)
        return value_word(decoder, "RLIM64_INFINITY", limit);
    if (limit <= KILOBYTE || limit % KILOBYTE != 0)
        return value_unsigned(decoder, limit);
    struct value *value = value_product(decoder);
    value->number = limit;
    value_add(value, NULL, value_unsigned(decoder, limit / KILOBYTE));
    value_add(value, NULL, value_unsigned(decoder, KILOBYTE));
    return value;
}

DECODE(limit)
{
    struct rlimit limit;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &limit, sizeof limit))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "rlim_cur", show_limit(decoder, limit.rlim_cur));
    value_add(value, "rlim_max", show_limit(decoder, limit.rlim_max));
    return value;
}

/* ---- Processors ------------------------------------------------------------------------------------------------------------ */

static struct value *show_cpus(struct decoder *decoder, uint64_t address, uint64_t size)
{
    enum { BYTES_MAX = 8192 }; /* eight times what the kernel can have */
    unsigned char *bytes;

    if (address == 0 || size > BYTES_MAX)
        return value_address(decoder, address);
    bytes = arena_alloc(decoder->arena, size + 1);
    if (!decoder_read(decoder, address, bytes, size))
        return value_address(decoder, address);
    struct value *value = value_bitset(decoder, false);
    for (uint64_t i = 0; i < size * 8; i++)
        if (bytes[i / 8] >> i % 8 & 1)
            value_add(value, NULL, value_unsigned(decoder, i));
    return value;
}

DECODE(cpu_set)
{
    return show_cpus(decoder, number, (uint32_t)decoder->call->arguments[1]);
}

DECODE(cpu_set_result)
{
    return show_cpus(decoder, number, (uint64_t)decoder->call->result);
}

/* ---- Attributes ------------------------------------------------------------------------------------------------------------ */

static struct value *show_schedule(struct decoder *decoder, uint64_t address, uint64_t size)
{
    uint32_t own_size;

    if (size < SCHED_ATTR_SIZE_VER0 || !decoder_read(decoder, address, &own_size, sizeof own_size))
        return value_address(decoder, address);
    const uint64_t shown = own_size && own_size < size ? own_size : size;
    struct value *value = decode_sized_struct(decoder, &struct_sched_attr, address, shown);
    if (value->kind == VALUE_STRUCT)
        decode_surplus(decoder, value, address, struct_sched_attr.size, shown);
    return value;
}

DECODE(schedule_got)
{
    return show_schedule(decoder, number, (uint32_t)decoder->call->arguments[2]);
}

/* Where the kernel does not like the size, it says which it would. */
static struct value *show_size(struct decoder *decoder, uint64_t address, uint32_t before)
{
    struct value *value = value_struct(decoder);
    uint32_t after;

    value_add(value, "size", value_unsigned(decoder, before));
    if (!decoder_read(decoder, address, &after, sizeof after) || after == before)
        return value;
    struct value *wanted = value_struct(decoder);
    value_add(wanted, "size", value_unsigned(decoder, after));
    return value_change(decoder, value, wanted);
}

DECODE(schedule_set)
{
    struct value **kept = &decoder->call->kept[1];
    uint32_t size;

    if (decoder->exiting)
        return show_size(decoder, number, (uint32_t)(*kept)->number);
    if (!decoder->options->dereference || !decoder_read(decoder, number, &size, sizeof size))
        return value_address(decoder, number);
    if (size == 0)
        return decode_sized_struct(decoder, &struct_sched_attr, number, SCHED_ATTR_SIZE_VER0);
    if (size >= SCHED_ATTR_SIZE_VER0)
        return show_schedule(decoder, number, size);
    *kept = value_unsigned(decoder, size);
    return NULL;
}

DECODE(io_priority)
{
    struct value *value = value_call(decoder, "IOPRIO_PRIO_VALUE");
    const uint32_t priority = (uint32_t)number;

    value->number = priority;
    value_add(value, NULL, value_enum(decoder, &set_ioprio_classes, priority >> IOPRIO_CLASS_SHIFT));
    value_add(value, NULL, value_unsigned(decoder, priority & IOPRIO_PRIO_MASK));
    return value;
}
