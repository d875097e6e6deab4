/* SPDX-License-Identifier: MIT
 *
 * Quotas (quotactl(2)). */
#include <linux/quota.h>
#include <sys/syscall.h>

#include "decoder.h"

static unsigned quota_command_of(const struct decoder *decoder)
{
    const struct system_call *call = decoder->call;

    return (uint32_t)call->arguments[call->number == SYS_quotactl ? 0 : 1] >> SUBCMDSHIFT;
}

DECODE(quota_command)
{
    struct value *value = value_call(decoder, "QCMD");

    value->number = (uint32_t)number;
    value_add(value, NULL, value_enum(decoder, &set_quota_commands, (uint32_t)number >> SUBCMDSHIFT));
    value_add(value, NULL, value_enum(decoder, &set_quota_types, number & SUBCMDMASK));
    return value;
}

enum {
    XFS_ON = 0x5801,
    XFS_OFF = 0x5802,
    XFS_LIMITS = 0x5804,
    XFS_STATE = 0x5805,
    XFS_REMOVE = 0x5806,
    XFS_SYNC = 0x5807,
    XFS_STATE_V = 0x5808
};

CONDITION(quota_has_id)
{
    switch (quota_command_of(decoder)) {
    case Q_SYNC:
    case Q_QUOTAOFF:
    case Q_GETFMT:
    case Q_GETINFO:
    case Q_SETINFO:
    case XFS_ON:
    case XFS_OFF:
    case XFS_STATE:
    case XFS_REMOVE:
    case XFS_SYNC:
    case XFS_STATE_V:
        return false;
    default:
        return true;
    }
}

CONDITION(quota_has_data)
{
    const unsigned command = quota_command_of(decoder);

    return command != Q_SYNC && command != Q_QUOTAOFF && command != XFS_SYNC;
}

DECODE(quota_id)
{
    if (quota_command_of(decoder) == Q_QUOTAON)
        return value_enum(decoder, &set_quota_formats, (uint32_t)number);
    return value_id(decoder, (uint32_t)number);
}

static struct value *quota_bits(struct decoder *decoder, const struct constant_set *set, uint64_t address)
{
    uint32_t bits;

    if (!address || !decoder_read(decoder, address, &bits, sizeof bits))
        return value_address(decoder, address);
    return value_pointed(decoder, value_flags(decoder, set, bits));
}

DECODE(quota_data)
{
    switch (quota_command_of(decoder)) {
    case Q_QUOTAON:
        return decode_path(decoder, number);
    case XFS_ON:
    case XFS_OFF:
        return quota_bits(decoder, &set_xfs_quota_states, number);
    case XFS_REMOVE:
        return quota_bits(decoder, &set_xfs_quota_kinds, number);
    case Q_SETINFO:
        return number ? decode_struct(decoder, &struct_if_dqinfo, number) : value_address(decoder, 0);
    case XFS_LIMITS:
        return number ? decode_struct(decoder, &struct_fs_disk_quota, number) : value_address(decoder, 0);
    case Q_SETQUOTA:
        return number ? decode_struct(decoder, &struct_if_dqblk, number) : value_address(decoder, 0);
    case Q_GETQUOTA:
        if (!decoder->exiting)
            return NULL;
        return number && !decoder->call->failed ? decode_struct(decoder, &struct_if_dqblk, number) : value_address(decoder, number);
    default:
        return value_address(decoder, number);
    }
}
