/* SPDX-License-Identifier: MIT
 *
 * What files are: stat, statx, directories. */
#include <dirent.h>
#include <linux/stat.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "decoder.h"

/* ---- stat ------------------------------------------------------------------------------------------------------------------ */

static void add_time(struct decoder *decoder, struct value *value, const char *const names[2], const struct timespec *time)
{
    value_add(value, names[0], value_signed(decoder, time->tv_sec))->comment = date_text(decoder, time->tv_sec, time->tv_nsec);
    value_add(value, names[1], value_unsigned(decoder, (uint64_t)time->tv_nsec));
}

/* A device has a number in the place of a size. */
DECODE(stat_buffer)
{
    static const char *const names[][2] = {
        {"st_atime", "st_atime_nsec"}, {"st_mtime", "st_mtime_nsec"}, {"st_ctime", "st_ctime_nsec"}};
    struct stat status;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &status, sizeof status))
        return value_address(decoder, number);
    const bool device = S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
    const struct struct_layout *layout = device ? &struct_device_before_times : &struct_stat_before_times;
    struct value *value = decode_struct_bytes(decoder, layout, &status, sizeof status);
    if (decoder->options->abbreviate)
        return value;
    add_time(decoder, value, names[0], &status.st_atim);
    add_time(decoder, value, names[1], &status.st_mtim);
    add_time(decoder, value, names[2], &status.st_ctim);
    return value;
}

/* ---- statx ----------------------------------------------------------------------------------------------------------------- */

DECODE(statx_flags)
{
    enum { SYNC = 0x6000 };

    return value_choice_and_flags(decoder, &set_statx_sync, SYNC, &set_at_flags, (uint32_t)number);
}

static void add_timestamp(struct decoder *decoder, struct value *value, const char *name, const struct statx_timestamp *time)
{
    struct value *stamp = value_add(value, name, value_struct(decoder));

    value_add(stamp, "tv_sec", value_signed(decoder, time->tv_sec));
    value_add(stamp, "tv_nsec", value_unsigned(decoder, time->tv_nsec));
    stamp->comment = date_text(decoder, time->tv_sec, time->tv_nsec);
}

static void add_timestamps(struct decoder *decoder, struct value *value, const struct statx *status)
{
    const struct {
        uint32_t bit;
        const char *name;
        const struct statx_timestamp *time;
    } times[] = {
        {STATX_ATIME, "stx_atime", &status->stx_atime},
        {STATX_BTIME, "stx_btime", &status->stx_btime},
        {STATX_CTIME, "stx_ctime", &status->stx_ctime},
        {STATX_MTIME, "stx_mtime", &status->stx_mtime},
    };

    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (status->stx_mask & times[i].bit)
            add_timestamp(decoder, value, times[i].name, times[i].time);
}

DECODE(statx_buffer)
{
    struct statx status;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &status, sizeof status))
        return value_address(decoder, number);
    struct value *value = decode_struct_bytes(decoder, &struct_statx_before_times, &status, sizeof status);
    if (decoder->options->abbreviate)
        return value;
    add_timestamps(decoder, value, &status);
    const struct struct_layout *devices = &struct_statx_devices;
    for (size_t i = 0; i < devices->field_count; i++)
        value_add(value, devices->fields[i].name,
                  decode_bytes_as(decoder, devices->fields[i].type,
                                  (const char *)&status + offsetof(struct statx, stx_rdev_major) + devices->fields[i].offset));
    if (status.stx_mask & STATX_MNT_ID)
        value_add(value, "stx_mnt_id", value_hex(decoder, status.stx_mnt_id));
    return value;
}

/* ---- Directories ----------------------------------------------------------------------------------------------------------- */

/* The two forms of an entry differ in where its kind is: before the name, or in the last byte. */
struct entry_form {
    size_t name; /* offset of the name */
    bool kind_last;
};

enum { ENTRY_HEAD = 18 }; /* inode number, offset, length */

struct entry {
    uint64_t inode, offset;
    uint16_t length;
    unsigned char kind;
    const char *name;
};

/* Reads the entry at `address` of at most `room` bytes. Returns false where there is none that makes sense. */
static bool read_entry(struct decoder *decoder, const struct entry_form *form, uint64_t address, uint64_t room, struct entry *entry)
{
    unsigned char bytes[ENTRY_HEAD + 2 + NAME_MAX + 8];

    if (room <= form->name || !decoder_read(decoder, address, bytes, ENTRY_HEAD))
        return false;
    memcpy(&entry->inode, bytes, 8);
    memcpy(&entry->offset, bytes + 8, 8);
    memcpy(&entry->length, bytes + 16, 2);
    if (entry->length <= form->name || entry->length > room || entry->length > sizeof bytes ||
        !decoder_read(decoder, address, bytes, entry->length))
        return false;
    entry->kind = bytes[form->kind_last ? entry->length - 1 : ENTRY_HEAD];
    const size_t length = strnlen((char *)bytes + form->name, entry->length - form->name);
    entry->name = arena_copy(decoder->arena, bytes + form->name, length);
    return true;
}

static struct value *show_entry(struct decoder *decoder, const struct entry_form *form, const struct entry *entry)
{
    struct value *value = value_struct(decoder);

    value_add(value, "d_ino", value_unsigned(decoder, entry->inode));
    value_add(value, "d_off", value_unsigned(decoder, entry->offset));
    value_add(value, "d_reclen", value_unsigned(decoder, entry->length));
    if (!form->kind_last)
        value_add(value, "d_type", value_enum(decoder, &set_directory_types, entry->kind));
    value_add(value, "d_name", value_text(decoder, entry->name));
    if (form->kind_last)
        value_add(value, "d_type", value_enum(decoder, &set_directory_types, entry->kind));
    return value;
}

static struct value *show_directory(struct decoder *decoder, const struct entry_form *form, uint64_t address)
{
    const uint64_t size = (uint64_t)decoder->call->result;
    struct value *array = value_array(decoder);
    struct entry entry;
    unsigned count = 0;

    for (uint64_t used = 0; read_entry(decoder, form, address + used, size - used, &entry); used += entry.length, count++)
        if (!decoder->options->abbreviate)
            value_add(array, NULL, show_entry(decoder, form, &entry));
    if (!decoder->options->abbreviate)
        return array;
    struct value *value = value_address(decoder, address);
    value->comment = arena_printf(decoder->arena, "%u entr%s", count, count == 1 ? "y" : "ies");
    return value;
}

DECODE(directory)
{
    return show_directory(decoder, &(struct entry_form){ENTRY_HEAD + 1, false}, number);
}

DECODE(old_directory)
{
    return show_directory(decoder, &(struct entry_form){ENTRY_HEAD, true}, number);
}
