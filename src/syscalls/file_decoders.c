/* SPDX-License-Identifier: MIT
 *
 * Calls on files, where a description cannot say it. */
#include <fcntl.h>
#include <sys/syscall.h>

#include "decoder.h"

/* The access mode is a number within the word, the rest are bits. */
DECODE(open_flags)
{
    const uint32_t flags = (uint32_t)number;
    struct value *value = value_union(decoder);

    value->number = flags;
    value_add(value, NULL, value_enum(decoder, &set_open_access, flags & O_ACCMODE));
    if (flags & ~(uint32_t)O_ACCMODE)
        value_add(value, NULL, value_flags(decoder, &set_open_flags, flags & ~(uint32_t)O_ACCMODE));
    return value;
}

CONDITION(creates_file)
{
    enum { TEMPORARY = 020000000 }; /* of O_TMPFILE, without O_DIRECTORY */
    const struct system_call *call = decoder->call;
    const uint64_t flags = call->number == SYS_open ? call->arguments[1] : call->arguments[2];

    return (flags & (O_CREAT | TEMPORARY)) != 0;
}
