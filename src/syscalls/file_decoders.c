/* SPDX-License-Identifier: MIT
 *
 * Opening files and controlling descriptors, where a description cannot say it. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "decoder.h"

bool decoder_succeeded(const struct decoder *decoder)
{
    return decoder->call->returned && !decoder->call->failed;
}

void decode_surplus(struct decoder *decoder, struct value *parent, uint64_t address, size_t known, uint64_t size)
{
    unsigned char bytes[512];

    if (size <= known)
        return;
    const size_t rest = size - known < sizeof bytes ? (size_t)(size - known) : sizeof bytes;
    if (!decoder_read(decoder, address + known, bytes, rest)) {
        value_add(parent, NULL, value_word(decoder, "???", 0));
        return;
    }
    for (size_t i = 0; i < rest; i++) {
        if (bytes[i] == 0)
            continue;
        struct value *surplus = value_add(parent, NULL, value_hex_bytes(decoder, bytes, rest));
        surplus->remark = arena_printf(decoder->arena, "bytes %zu..%lu", known, size - 1);
        return;
    }
}

/* ---- Opening --------------------------------------------------------------------------------------------------------------- */

/* The access mode is a number within the word, the rest are bits. */
static struct value *open_flags(struct decoder *decoder, uint64_t flags)
{
    struct value *value = value_union(decoder);

    value->number = flags;
    value_add(value, NULL, value_enum(decoder, &set_open_access, flags & O_ACCMODE));
    if (flags & ~(uint64_t)O_ACCMODE)
        value_add_flags(decoder, value, &set_open_flags, flags & ~(uint64_t)O_ACCMODE);
    return value;
}

DECODE(open_flags)
{
    return open_flags(decoder, (uint32_t)number);
}

DECODE(open_flags_result)
{
    decoder->call->result_form = RESULT_HEX;
    return open_flags(decoder, (uint32_t)number);
}

static bool makes_file(uint64_t flags)
{
    enum { TEMPORARY = 020000000 }; /* of O_TMPFILE, without O_DIRECTORY */

    return (flags & (O_CREAT | TEMPORARY)) != 0;
}

CONDITION(creates_file)
{
    const struct system_call *call = decoder->call;

    return makes_file(call->number == SYS_open || call->number == SYS_mq_open ? call->arguments[1] : call->arguments[2]);
}

/* For what registers hold and the log never shows: the upper half of an offset. */
CONDITION(never)
{
    return false;
}

DECODE(open_how)
{
    struct open_how how;
    const uint64_t size = decoder->call->arguments[3];

    if (size < sizeof how || !decoder->options->dereference || !decoder_read(decoder, number, &how, sizeof how))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "flags", open_flags(decoder, how.flags));
    if (how.mode || makes_file(how.flags))
        value_add(value, "mode", value_mode(decoder, (uint32_t)how.mode));
    value_add(value, "resolve", value_flags(decoder, &set_resolve, how.resolve));
    decode_surplus(decoder, value, number, sizeof how, size);
    return value;
}

CONDITION(makes_device)
{
    const struct system_call *call = decoder->call;
    const uint64_t mode = call->number == SYS_mknod ? call->arguments[1] : call->arguments[2];

    return S_ISCHR(mode) || S_ISBLK(mode);
}

DECODE(fanotify_flags)
{
    enum { CLASS = 0xc };

    return value_choice_and_flags(decoder, &set_fanotify_classes, CLASS, &set_fanotify_init_flags, (uint32_t)number);
}

DECODE(fanotify_dirfd)
{
    if ((int)number != -1)
        return value_dirfd(decoder, (int)number);
    return value_enum(decoder, &set_fanotify_nofd, UINT64_MAX);
}

DECODE(lease_result)
{
    decoder->call->result_form = RESULT_HEX;
    return value_enum(decoder, &set_lock_types, number);
}

/* ---- Handles --------------------------------------------------------------------------------------------------------------- */

enum { HANDLE_MAX = 128 }; /* MAX_HANDLE_SZ */

static void add_handle(struct decoder *decoder, struct value *value, uint64_t address, uint32_t size)
{
    unsigned char bytes[HANDLE_MAX];
    int32_t type = 0;

    if (!decoder_read(decoder, address + offsetof(struct file_handle, handle_type), &type, sizeof type))
        return;
    value_add(value, "handle_type", value_signed(decoder, type));
    size = size < HANDLE_MAX ? size : HANDLE_MAX;
    if (decoder_read(decoder, address + offsetof(struct file_handle, f_handle), bytes, size))
        value_add(value, "f_handle", value_hex_bytes(decoder, bytes, size));
}

DECODE(file_handle)
{
    uint32_t size;

    if (!decoder_read(decoder, number, &size, sizeof size))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "handle_bytes", value_unsigned(decoder, size));
    add_handle(decoder, value, number, size);
    return value;
}

/* The kernel puts the size that it needs in the place of the one that was offered. */
DECODE(file_handle_made)
{
    struct value **kept = &decoder->call->kept[2];
    uint32_t size;

    const bool readable = decoder_read(decoder, number, &size, sizeof size);
    if (!decoder->exiting) {
        *kept = readable ? value_unsigned(decoder, size) : NULL;
        return NULL;
    }
    if (!*kept || !readable)
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    const bool changed = (*kept)->number != size;
    value_add(value, "handle_bytes", changed ? value_change(decoder, *kept, value_unsigned(decoder, size)) : *kept);
    if (decoder_succeeded(decoder))
        add_handle(decoder, value, number, size);
    return value;
}

/* ---- Offsets --------------------------------------------------------------------------------------------------------------- */

/* sendfile moves the offset on: shown before and after. */
DECODE(file_offset_moved)
{
    struct value **kept = &decoder->call->kept[2];
    int64_t offset;

    const bool readable = decoder_read(decoder, number, &offset, sizeof offset);
    if (!decoder->exiting) {
        if (!readable)
            return value_address(decoder, number);
        *kept = value_signed(decoder, offset);
        return NULL;
    }
    struct value *before = value_pointed(decoder, *kept);
    if (!decoder_succeeded(decoder) || !readable || (uint64_t)offset == (*kept)->number)
        return before;
    return value_change(decoder, before, value_pointed(decoder, value_signed(decoder, offset)));
}

/* Names of extended attributes. A size of 0 asks how many bytes they have: then nothing is stored. */
DECODE(attribute_names)
{
    const struct system_call *call = decoder->call;
    const uint64_t size = call->arguments[call->decoded + 1];

    if (!decoder->exiting)
        return NULL;
    return call->failed || size == 0 ? value_address(decoder, number) : decode_buffer(decoder, number, (uint64_t)call->result);
}
