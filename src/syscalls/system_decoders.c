/* SPDX-License-Identifier: MIT
 *
 * Calls on the system as a whole: mounts, swap, the kernel's log, landlock. */
#include <linux/mount.h>
#include <string.h>
#include <sys/swap.h>
#include <sys/syscall.h>

#include "decoder.h"

/* ---- Mounts ---------------------------------------------------------------------------------------------------------------- */

enum { MOUNT_MAGIC = 0xc0ed0000, MAGIC_MASK = 0xffff0000, REMOUNT = 0x20, BIND = 0x1000, MOVE = 0x2000, PROPAGATION = 0x1e0000 };

/* Old programs put a mark into the upper half (mount(2)). */
DECODE(mount_flags)
{
    if ((number & MAGIC_MASK) != MOUNT_MAGIC)
        return value_flags(decoder, &set_mount_flags, number);
    const uint64_t rest = number & ~(uint64_t)MAGIC_MASK;
    struct value *value = value_union(decoder);
    value->number = number;
    value_add(value, NULL, value_word(decoder, "MS_MGC_VAL", MOUNT_MAGIC));
    if (rest)
        value_add(value, NULL, value_bits(decoder, &set_mount_flags, rest));
    return value;
}

static uint64_t mount_flags(const struct decoder *decoder)
{
    const uint64_t flags = decoder->call->arguments[3];

    return (flags & MAGIC_MASK) == MOUNT_MAGIC ? flags & ~(uint64_t)MAGIC_MASK : flags;
}

/* What the kernel does not look at is an address. */
DECODE(mount_type)
{
    return mount_flags(decoder) & (REMOUNT | BIND | MOVE | PROPAGATION) ? value_address(decoder, number)
                                                                        : decode_string(decoder, number);
}

DECODE(mount_data)
{
    return mount_flags(decoder) & (BIND | MOVE | PROPAGATION) ? value_address(decoder, number) : decode_string(decoder, number);
}

DECODE(mount_attributes)
{
    const uint64_t size = decoder->call->arguments[4];

    if (number == 0 || size < struct_mount_attr.size)
        return value_address(decoder, number);
    struct value *value = decode_struct(decoder, &struct_mount_attr, number);
    if (value->kind == VALUE_STRUCT)
        decode_surplus(decoder, value, number, struct_mount_attr.size, size);
    return value;
}

DECODE(fsconfig_key)
{
    return (uint32_t)decoder->call->arguments[1] > FSCONFIG_CMD_RECONFIGURE ? value_address(decoder, number)
                                                                            : decode_string(decoder, number);
}

static struct value *binary(struct decoder *decoder, uint64_t address, uint32_t size)
{
    struct value *value = decode_buffer(decoder, address, size);

    value->hex = value->kind == VALUE_BYTES;
    return value;
}

DECODE(fsconfig_value)
{
    switch ((uint32_t)decoder->call->arguments[1]) {
    case FSCONFIG_SET_STRING:
        return decode_string(decoder, number);
    case FSCONFIG_SET_BINARY:
        return binary(decoder, number, (uint32_t)decoder->call->arguments[4]);
    case FSCONFIG_SET_PATH:
    case FSCONFIG_SET_PATH_EMPTY:
        return decode_path(decoder, number);
    default:
        return value_address(decoder, number);
    }
}

DECODE(fsconfig_aux)
{
    switch ((uint32_t)decoder->call->arguments[1]) {
    case FSCONFIG_SET_PATH:
    case FSCONFIG_SET_PATH_EMPTY:
        return value_dirfd(decoder, (int)number);
    case FSCONFIG_SET_FD:
        return value_fd(decoder, (int)number);
    default:
        return value_signed(decoder, (int)number);
    }
}

/* ---- The kernel's log ------------------------------------------------------------------------------------------------------- */

enum { LOG_READ = 2, LOG_READ_ALL = 3, LOG_READ_CLEAR = 4, LOG_LEVEL = 8 };

static bool log_is_read(const struct decoder *decoder)
{
    const int action = (int)decoder->call->arguments[0];

    return action >= LOG_READ && action <= LOG_READ_CLEAR;
}

DECODE(syslog_action)
{
    struct value *value = value_signed(decoder, (int)number);
    const char *name = constant_set_name(&set_syslog_actions, (uint32_t)number);

    value->comment = name ? name : set_syslog_actions.unknown;
    return value;
}

CONDITION(syslog_has_buffer)
{
    const int action = (int)decoder->call->arguments[0];

    return log_is_read(decoder) || action == LOG_LEVEL || !constant_set_name(&set_syslog_actions, (uint32_t)action);
}

DECODE(syslog_buffer)
{
    if (!log_is_read(decoder))
        return value_address(decoder, number);
    if (!decoder->exiting)
        return NULL;
    return decoder->call->failed ? value_address(decoder, number) : decode_buffer(decoder, number, (uint64_t)decoder->call->result);
}

DECODE(syslog_length)
{
    struct value *value = value_signed(decoder, (int)number);

    if ((int)decoder->call->arguments[0] == LOG_LEVEL) {
        const char *name = constant_set_name(&set_log_levels, (uint32_t)number);
        value->comment = name ? name : set_log_levels.unknown;
    }
    return value;
}

/* ---- Kexec and landlock ---------------------------------------------------------------------------------------------------- */

static struct value *kexec_segment(struct decoder *decoder, const void *element, size_t index)
{
    return decode_struct_bytes(decoder, &struct_kexec_segment, element, struct_kexec_segment.size);
}

DECODE(kexec_segments)
{
    enum { SEGMENTS_MAX = 16 };
    const uint64_t count = decoder->call->arguments[1];

    if (count > SEGMENTS_MAX)
        return value_address(decoder, number);
    return decode_array(decoder, number, count, struct_kexec_segment.size, kexec_segment);
}

DECODE(kexec_flags)
{
    enum { ARCHITECTURE = 0xffff0000 };
    const uint64_t flags = number & ~(uint64_t)ARCHITECTURE;
    struct value *value = value_union(decoder);

    value->number = number;
    value_add(value, NULL, value_enum(decoder, &set_kexec_arch, number & ARCHITECTURE));
    if (flags)
        value_add(value, NULL, value_bits(decoder, &set_kexec_flags, flags));
    return value;
}

DECODE(landlock_ruleset)
{
    const size_t known = struct_landlock_ruleset_attr.size;
    const uint64_t size = decoder->call->arguments[1];

    if (number == 0 || size < known)
        return value_address(decoder, number);
    struct value *value = decode_struct(decoder, &struct_landlock_ruleset_attr, number);
    if (value->kind == VALUE_STRUCT && size > known)
        value_add(value, NULL, value_more(decoder));
    return value;
}

DECODE(landlock_rule)
{
    enum { PATH_BENEATH = 1 };

    if (number == 0 || (uint32_t)decoder->call->arguments[1] != PATH_BENEATH)
        return value_address(decoder, number);
    return decode_struct(decoder, &struct_landlock_path_beneath, number);
}
