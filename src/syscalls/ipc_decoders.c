/* SPDX-License-Identifier: MIT
 *
 * System V IPC (sysvipc(7)) and message queues (mq_overview(7)). */
#include <fcntl.h>
#include <linux/ipc.h>
#include <linux/msg.h>
#include <linux/sem.h>
#include <linux/shm.h>
#include <string.h>
#include <sys/syscall.h>

#include "decoder.h"

/* ---- Making ---------------------------------------------------------------------------------------------------------------- */

DECODE(ipc_key)
{
    const char *name = constant_set_name(&set_ipc_keys, (uint32_t)number);

    return name ? value_word(decoder, name, 0) : value_hex(decoder, (uint32_t)number);
}

static struct value *padded_mode(struct decoder *decoder, uint32_t mode)
{
    struct value *value = value_octal(decoder, mode);

    value->text = arena_printf(decoder->arena, "%#03o", mode);
    return value;
}

enum { PERMISSIONS = 0777 };

static struct value *flags_with_mode(struct decoder *decoder, const struct constant_set *set, uint32_t number)
{
    struct value *value = value_union(decoder);
    const uint32_t flags = number & ~(uint32_t)PERMISSIONS;

    value->number = number;
    if (flags)
        value_add(value, NULL, value_bits(decoder, set, flags));
    value_add(value, NULL, padded_mode(decoder, number & PERMISSIONS));
    return value;
}

DECODE(ipc_create)
{
    return flags_with_mode(decoder, &set_ipc_create, (uint32_t)number);
}

/* The size of huge pages is a number within the word (SHM_HUGE_SHIFT). */
DECODE(shm_create)
{
    enum { SHIFT = 26, MASK = 0x3f };
    const uint32_t huge = (uint32_t)number >> SHIFT & MASK;

    if (!huge)
        return flags_with_mode(decoder, &set_shm_create, (uint32_t)number);
    const uint32_t flags = (uint32_t)number & ~((uint32_t)MASK << SHIFT) & ~(uint32_t)PERMISSIONS;
    struct value *value = value_union(decoder);
    value->number = (uint32_t)number;
    if (flags)
        value_add(value, NULL, value_bits(decoder, &set_shm_create, flags));
    value_add(value, NULL, value_word(decoder, arena_printf(decoder->arena, "%u<<SHM_HUGE_SHIFT", huge), huge));
    value_add(value, NULL, padded_mode(decoder, (uint32_t)number & PERMISSIONS));
    return value;
}

DECODE(ipc_mode)
{
    return padded_mode(decoder, (uint32_t)number);
}

/* ---- Commands -------------------------------------------------------------------------------------------------------------- */

/* A layout may be asked for by a bit of the command; 64-bit programs get it anyway. */
static struct value *command(struct decoder *decoder, const struct constant_set *set, uint32_t number)
{
    if (!(number & IPC_64))
        return value_enum(decoder, set, number);
    struct value *value = value_union(decoder);
    value->number = number;
    value_add(value, NULL, value_word(decoder, "IPC_64", IPC_64));
    value_add(value, NULL, value_enum(decoder, set, number & ~(uint32_t)IPC_64));
    return value;
}

DECODE(shm_command)
{
    return command(decoder, &set_shm_commands, (uint32_t)number);
}

DECODE(sem_command)
{
    return command(decoder, &set_sem_commands, (uint32_t)number);
}

DECODE(msg_command)
{
    return command(decoder, &set_msg_commands, (uint32_t)number);
}

/* What a command reads or fills in. */
struct command_data {
    unsigned command;
    bool out;
    const struct struct_layout *layout;
};

static struct value *data_of(struct decoder *decoder, const struct command_data *rows, uint32_t number, uint64_t address)
{
    for (; rows->layout; rows++) {
        if (rows->command != (number & ~(uint32_t)IPC_64))
            continue;
        if (rows->out && !decoder->exiting)
            return NULL;
        if (address == 0 || (rows->out && decoder->call->failed))
            return value_address(decoder, address);
        return decode_struct(decoder, rows->layout, address);
    }
    return value_address(decoder, address);
}

DECODE(shm_data)
{
    static const struct command_data rows[] = {
        {IPC_STAT, true, &struct_shmid_ds},
        {SHM_STAT, true, &struct_shmid_ds},
        {SHM_STAT_ANY, true, &struct_shmid_ds},
        {IPC_SET, false, &struct_shmid_set},
        {IPC_INFO, true, &struct_shminfo},
        {SHM_INFO, true, &struct_shm_info},
        {0},
    };
    return data_of(decoder, rows, (uint32_t)decoder->call->arguments[1], number);
}

DECODE(sem_data)
{
    static const struct command_data rows[] = {
        {IPC_STAT, true, &struct_semid_ds},
        {SEM_STAT, true, &struct_semid_ds},
        {SEM_STAT_ANY, true, &struct_semid_ds},
        {IPC_SET, false, &struct_semid_set},
        {IPC_INFO, true, &struct_seminfo},
        {SEM_INFO, true, &struct_seminfo},
        {0},
    };
    return data_of(decoder, rows, (uint32_t)decoder->call->arguments[2], number);
}

DECODE(msg_data)
{
    static const struct command_data rows[] = {
        {IPC_STAT, true, &struct_msqid_ds},
        {MSG_STAT, true, &struct_msqid_ds},
        {MSG_STAT_ANY, true, &struct_msqid_ds},
        {IPC_SET, false, &struct_msqid_set},
        {IPC_INFO, true, &struct_msginfo},
        {MSG_INFO, true, &struct_msginfo},
        {0},
    };
    return data_of(decoder, rows, (uint32_t)decoder->call->arguments[1], number);
}

/* ---- Semaphores ------------------------------------------------------------------------------------------------------------ */

static struct value *semaphore_operation(struct decoder *decoder, const void *element, size_t index)
{
    return decode_struct_bytes(decoder, &struct_sembuf, element, struct_sembuf.size);
}

DECODE(sem_operations)
{
    return decode_array(decoder, number, (uint32_t)decoder->call->arguments[2], struct_sembuf.size, semaphore_operation);
}

/* ---- Messages -------------------------------------------------------------------------------------------------------------- */

static struct value *message(struct decoder *decoder, uint64_t address, uint64_t size)
{
    int64_t kind;

    if (!decoder_read(decoder, address, &kind, sizeof kind))
        return value_address(decoder, address);
    struct value *value = value_struct(decoder);
    value_add(value, "mtype", value_signed(decoder, kind));
    struct value *text = value_add(value, "mtext", decode_buffer(decoder, address + sizeof kind, size));
    return text->kind == VALUE_ADDRESS ? value_address(decoder, address) : value;
}

DECODE(ipc_message_sent)
{
    return message(decoder, number, decoder->call->arguments[2]);
}

DECODE(ipc_message_received)
{
    if (!decoder->exiting)
        return NULL;
    if (decoder->call->failed)
        return value_address(decoder, number);
    return message(decoder, number, decoder->call->arguments[2]);
}

/* ---- Message queues -------------------------------------------------------------------------------------------------------- */

CONDITION(creates_queue)
{
    return (decoder->call->arguments[1] & O_CREAT) != 0;
}

/* ---- Effects --------------------------------------------------------------------------------------------------------------- */

uint32_t effects_of(const struct system_call *call)
{
    const uint32_t removes = EFFECT_SHM_REMOVES | EFFECT_SEM_REMOVES | EFFECT_QUEUE_REMOVES;
    const unsigned argument = call->number == SYS_semctl ? 2 : 1;

    if (!call->row)
        return 0;
    if (!(call->row->effects & removes))
        return call->row->effects;
    const bool removed = (call->arguments[argument] & ~(uint64_t)IPC_64 & UINT32_MAX) == IPC_RMID;
    return removed ? call->row->effects : call->row->effects & ~removes;
}
