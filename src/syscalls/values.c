/* SPDX-License-Identifier: MIT */
#include "decoder.h"

#include <string.h>
#include <sys/sysmacros.h>

#include "abi/signals.h"

static struct value *make(struct decoder *decoder, enum value_kind kind, uint64_t number)
{
    struct value *value = arena_alloc(decoder->arena, sizeof *value);

    value->kind = kind;
    value->number = number;
    return value;
}

/* ---- Numbers --------------------------------------------------------------------------------------------------------------- */

struct value *value_signed(struct decoder *decoder, int64_t number)
{
    struct value *value = make(decoder, VALUE_SIGNED, (uint64_t)number);

    value->negative = number < 0;
    return value;
}

struct value *value_unsigned(struct decoder *decoder, uint64_t number)
{
    return make(decoder, VALUE_UNSIGNED, number);
}

struct value *value_hex(struct decoder *decoder, uint64_t number)
{
    return make(decoder, VALUE_HEX, number);
}

struct value *value_padded_hex(struct decoder *decoder, uint64_t number, int width)
{
    struct value *value = value_hex(decoder, number);

    value->text = arena_printf(decoder->arena, "%#0*lx", width, number);
    return value;
}

struct value *value_octal(struct decoder *decoder, uint64_t number)
{
    return make(decoder, VALUE_OCTAL, number);
}

struct value *value_address(struct decoder *decoder, uint64_t address)
{
    return make(decoder, VALUE_ADDRESS, address);
}

static struct value *make_signed(struct decoder *decoder, enum value_kind kind, int number)
{
    struct value *value = make(decoder, kind, (uint64_t)(int64_t)number);

    value->negative = number < 0;
    return value;
}

struct value *value_fd(struct decoder *decoder, int fd)
{
    struct value *value = make_signed(decoder, VALUE_FD, fd);
    const struct process_view *process = decoder->process;

    if (fd >= 0 && process && process->fd_name)
        value->descriptor = process->fd_name(process->context, decoder->arena, fd);
    return value;
}

struct value *value_dirfd(struct decoder *decoder, int fd)
{
    enum { AT_FDCWD_VALUE = -100 };
    const struct process_view *process = decoder->process;

    if (fd != AT_FDCWD_VALUE)
        return value_fd(decoder, fd);
    struct value *value = make_signed(decoder, VALUE_FD, fd);
    value->set = &set_at_fdcwd;
    if (process && process->fd_name)
        value->descriptor = process->fd_name(process->context, decoder->arena, fd);
    return value;
}

struct value *value_pid(struct decoder *decoder, int pid)
{
    struct value *value = make_signed(decoder, VALUE_PID, pid);
    const struct process_view *process = decoder->process;

    if (pid > 0 && process && process->pid_text)
        value->text = process->pid_text(process->context, decoder->arena, pid);
    return value;
}

struct value *value_id(struct decoder *decoder, uint32_t id)
{
    return id == UINT32_MAX ? value_signed(decoder, -1) : value_unsigned(decoder, id);
}

struct value *value_signal(struct decoder *decoder, int number)
{
    const char *name = signal_name(number);

    return name ? value_word(decoder, arena_copy(decoder->arena, name, strlen(name)), (uint64_t)number)
                : value_signed(decoder, number);
}

/* ---- Files ----------------------------------------------------------------------------------------------------------------- */

/* Permissions have at least three digits. */
struct value *value_mode(struct decoder *decoder, uint32_t mode)
{
    struct value *value = value_octal(decoder, mode);

    if (mode < 0100)
        value->text = arena_printf(decoder->arena, "%03o", mode);
    return value;
}

struct value *value_file_mode(struct decoder *decoder, uint32_t mode)
{
    enum { KIND = 0170000, SPECIAL = 07000 };
    const char *kind = constant_set_name(&set_file_kinds, mode & KIND);

    if (!kind)
        return value_mode(decoder, mode);
    struct value *value = value_union(decoder);
    value->number = mode;
    value_add(value, NULL, value_word(decoder, kind, mode & KIND));
    if (mode & SPECIAL)
        value_add(value, NULL, value_flags(decoder, &set_special_modes, mode & SPECIAL));
    value_add(value, NULL, value_mode(decoder, mode & 0777));
    return value;
}

struct value *value_device(struct decoder *decoder, uint64_t device)
{
    struct value *value = value_call(decoder, "makedev");

    value->number = device;
    value_add(value, NULL, value_hex(decoder, major(device)));
    value_add(value, NULL, value_hex(decoder, minor(device)));
    return value;
}

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

struct value *value_enum(struct decoder *decoder, const struct constant_set *set, uint64_t number)
{
    struct value *value = make(decoder, VALUE_ENUM, number);

    value->set = set;
    return value;
}

struct value *value_flags(struct decoder *decoder, const struct constant_set *set, uint64_t number)
{
    struct value *value = make(decoder, VALUE_FLAGS, number);

    value->set = set;
    return value;
}

struct value *value_choice_and_flags(struct decoder *decoder, const struct constant_set *choices, uint32_t mask,
                                     const struct constant_set *flags, uint32_t number)
{
    struct value *value = value_union(decoder);

    value->number = number;
    value_add(value, NULL, value_enum(decoder, choices, number & mask));
    if (number & ~mask)
        value_add(value, NULL, value_flags(decoder, flags, number & ~mask));
    return value;
}

void value_add_flags(struct decoder *decoder, struct value *parent, const struct constant_set *set, uint64_t number)
{
    uint64_t known = 0;

    for (size_t i = 0; i < set->count; i++)
        known |= set->constants[i].value;
    if (number & known)
        value_add(parent, NULL, value_flags(decoder, set, number & known));
    if (number & ~known)
        value_add(parent, NULL, value_hex(decoder, number & ~known));
}

const char *constant_set_text(struct arena *arena, const struct constant_set *set, uint64_t number)
{
    const char *text = NULL;

    for (size_t i = 0; i < set->count && number; i++) {
        const uint64_t bits = set->constants[i].value;
        if (bits == 0 || (number & bits) != bits)
            continue;
        text = text ? arena_printf(arena, "%s|%s", text, set->constants[i].name) : set->constants[i].name;
        number &= ~bits;
    }
    if (number && text)
        return arena_printf(arena, "%s|%#lx", text, number);
    return text ? text : set->unknown;
}

struct value *value_bits(struct decoder *decoder, const struct constant_set *set, uint64_t number)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->constants[i].value && (number & set->constants[i].value) == set->constants[i].value)
            return value_flags(decoder, set, number);
    return value_hex(decoder, number);
}

struct value *value_word(struct decoder *decoder, const char *text, uint64_t number)
{
    struct value *value = make(decoder, VALUE_WORD, number);

    value->text = text;
    return value;
}

struct value *value_bytes(struct decoder *decoder, const void *bytes, size_t size)
{
    struct value *value = make(decoder, VALUE_BYTES, 0);

    value->truncated = size > decoder->options->string_limit;
    value->size = value->truncated ? decoder->options->string_limit : size;
    value->text = arena_copy(decoder->arena, bytes, value->size);
    return value;
}

struct value *value_hex_bytes(struct decoder *decoder, const void *bytes, size_t size)
{
    struct value *value = value_bytes(decoder, bytes, size);

    value->hex = value->binary = true;
    return value;
}

struct value *value_text(struct decoder *decoder, const char *text)
{
    struct value *value = make(decoder, VALUE_BYTES, 0);

    value->size = strlen(text);
    value->text = arena_copy(decoder->arena, text, value->size);
    return value;
}

struct value *value_name(struct decoder *decoder, const void *bytes, size_t size)
{
    struct value *value = make(decoder, VALUE_BYTES, 0);

    value->size = size;
    value->text = arena_copy(decoder->arena, bytes, size);
    value->whole = true;
    return value;
}

/* ---- Containers ------------------------------------------------------------------------------------------------------------ */

struct value *value_struct(struct decoder *decoder)
{
    return make(decoder, VALUE_STRUCT, 0);
}

struct value *value_array(struct decoder *decoder)
{
    return make(decoder, VALUE_ARRAY, 0);
}

struct value *value_pointed(struct decoder *decoder, struct value *pointed)
{
    struct value *array = value_array(decoder);

    value_add(array, NULL, pointed);
    return array;
}

struct value *value_bitset(struct decoder *decoder, bool inverted)
{
    struct value *value = make(decoder, VALUE_BITSET, 0);

    value->inverted = inverted;
    return value;
}

struct value *value_call(struct decoder *decoder, const char *function)
{
    struct value *value = make(decoder, VALUE_CALL, 0);

    value->text = function;
    return value;
}

struct value *value_union(struct decoder *decoder)
{
    return make(decoder, VALUE_UNION, 0);
}

struct value *value_change(struct decoder *decoder, struct value *before, struct value *after)
{
    struct value *value = make(decoder, VALUE_CHANGE, 0);

    value_add(value, NULL, before);
    value_add(value, NULL, after);
    return value;
}

struct value *value_product(struct decoder *decoder)
{
    return make(decoder, VALUE_PRODUCT, 0);
}

struct value *value_list(struct decoder *decoder)
{
    return make(decoder, VALUE_LIST, 0);
}

struct value *value_more(struct decoder *decoder)
{
    return make(decoder, VALUE_MORE, 0);
}

struct value *value_add(struct value *parent, const char *name, struct value *child)
{
    child->name = name;
    child->next = NULL;
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    return child;
}

struct value *value_add_detail(struct value *parent, const char *name, struct value *child)
{
    child->detail = true;
    return value_add(parent, name, child);
}
