/* SPDX-License-Identifier: MIT */
#include "descriptor_calls.h"

#include "abi_tables.h"

static bool returns_descriptor(const struct syscall_row *row)
{
    return row->result && row->result->kind == TYPE_FD;
}

/* fcntl changes descriptors, and where it returns one, it has made it. */
static bool opens(const struct syscall_row *row)
{
    return row->effects & EFFECT_FD_OPENS || (row->effects & EFFECT_FD_CHANGES && returns_descriptor(row));
}

static bool is_pair(const struct type *type)
{
    return type->kind == TYPE_POINTER && type->direction == DIRECTION_OUT && type->element->kind == TYPE_ARRAY &&
           type->element->element->size == sizeof(int32_t);
}

static enum descriptor_place place_in(const struct type *type)
{
    if (is_pair(type))
        return DESCRIPTOR_PAIR;
    if (type->kind == TYPE_CUSTOM && type->decoder == DECODER_message_received)
        return DESCRIPTOR_MESSAGE;
    if (type->kind == TYPE_CUSTOM && type->decoder == DECODER_messages_received)
        return DESCRIPTOR_MESSAGES;
    return DESCRIPTOR_NOWHERE;
}

struct descriptor_opening descriptor_call_opening(uint64_t number, const uint64_t arguments[SYSCALL_ARGUMENTS_MAX])
{
    const struct syscall_row *row = syscall_table_row(number);

    if (row)
        row = syscall_row_variant(row, arguments);
    if (!row || !opens(row))
        return (struct descriptor_opening){DESCRIPTOR_NOWHERE, 0};
    if (returns_descriptor(row))
        return (struct descriptor_opening){DESCRIPTOR_RESULT, 0};
    for (unsigned i = 0; i < row->argument_count; i++) {
        const enum descriptor_place place = place_in(row->arguments[i].type);
        if (place != DESCRIPTOR_NOWHERE)
            return (struct descriptor_opening){place, row->arguments[i].reg};
    }
    return (struct descriptor_opening){DESCRIPTOR_NOWHERE, 0};
}

bool descriptor_call_is_new(uint64_t number, const uint64_t arguments[SYSCALL_ARGUMENTS_MAX], int64_t result)
{
    const struct syscall_row *row = syscall_table_row(number);

    return !(row && row->argument_count > 0 && row->arguments[0].type->kind == TYPE_FD &&
             (int32_t)arguments[row->arguments[0].reg] == result);
}

bool descriptor_variant_opens(const struct syscall_variant *variant)
{
    return opens(&variant->row);
}

enum descriptor_interest descriptor_call_interest(uint64_t number)
{
    const struct syscall_row *row = syscall_table_row(number);

    if (!row)
        return DESCRIPTOR_NEVER;
    if (opens(row))
        return DESCRIPTOR_ALWAYS;
    for (unsigned i = 0; i < row->variant_count; i++)
        if (opens(&row->variants[i].row))
            return DESCRIPTOR_SOMETIMES;
    return DESCRIPTOR_NEVER;
}
