/* SPDX-License-Identifier: MIT
 *
 * sendmsg(2), recvmsg(2) and their kin for several messages. */
#include "message_decoders.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

/* ---- Data ------------------------------------------------------------------------------------------------------------------ */

static struct value *io_vector(struct decoder *decoder, const void *element, size_t index)
{
    struct value *value = value_struct(decoder);
    struct iovec vector;

    memcpy(&vector, element, sizeof vector);
    const uint64_t size = vector.iov_len < decoder->budget ? vector.iov_len : decoder->budget;
    decoder->budget -= size;
    value_add(value, "iov_base", decode_buffer(decoder, (uint64_t)(uintptr_t)vector.iov_base, size));
    value_add(value, "iov_len", value_unsigned(decoder, vector.iov_len));
    return value;
}

struct value *decode_io_vectors(struct decoder *decoder, uint64_t address, uint64_t count)
{
    return decode_array(decoder, address, count, sizeof(struct iovec), io_vector);
}

/* ---- One message ----------------------------------------------------------------------------------------------------------- */

/* What was there before the call. */
struct message_note {
    int32_t name_size;
};

static struct value *message_header(struct decoder *decoder, const struct msghdr *message, const int32_t *before)
{
    struct value *value = value_struct(decoder);
    const int32_t name_size = (int32_t)message->msg_namelen;
    const int32_t room = before && *before < name_size ? *before : name_size;

    value_add(value, "msg_name", decode_socket_address(decoder, (uint64_t)(uintptr_t)message->msg_name, room));
    struct value *size = value_signed(decoder, name_size);
    value_add(value, "msg_namelen",
              before && *before != name_size ? value_change(decoder, value_signed(decoder, *before), size) : size);
    value_add(value, "msg_iov", decode_io_vectors(decoder, (uint64_t)(uintptr_t)message->msg_iov, message->msg_iovlen));
    value_add(value, "msg_iovlen", value_unsigned(decoder, message->msg_iovlen));
    if (message->msg_controllen)
        value_add(value, "msg_control",
                  decode_control_messages(decoder, (uint64_t)(uintptr_t)message->msg_control, message->msg_controllen));
    value_add(value, "msg_controllen", value_unsigned(decoder, message->msg_controllen));
    value_add(value, "msg_flags", value_flags(decoder, &set_message_flags, (uint32_t)message->msg_flags));
    return value;
}

static bool read_message(struct decoder *decoder, uint64_t address, struct msghdr *message)
{
    return decoder->options->dereference && decoder_read(decoder, address, message, sizeof *message);
}

DECODE(message_sent)
{
    struct msghdr message;

    if (!read_message(decoder, number, &message))
        return value_address(decoder, number);
    decoder->budget = UINT64_MAX;
    return message_header(decoder, &message, NULL);
}

static struct value *only_name_size(struct decoder *decoder, int32_t size)
{
    struct value *value = value_struct(decoder);

    value_add(value, "msg_namelen", value_signed(decoder, size));
    return value;
}

DECODE(message_received)
{
    struct system_call *call = decoder->call;
    struct message_note *note = call->note;
    struct msghdr message;

    if (!read_message(decoder, number, &message))
        return value_address(decoder, number);
    if (!decoder->exiting) {
        note = call->note = arena_alloc(decoder->arena, sizeof *note);
        note->name_size = (int32_t)message.msg_namelen;
        return NULL;
    }
    if (!note)
        return value_address(decoder, number);
    if (call->failed)
        return only_name_size(decoder, note->name_size);
    decoder->budget = (uint64_t)call->result;
    return message_header(decoder, &message, &note->name_size);
}

/* ---- Several --------------------------------------------------------------------------------------------------------------- */

enum { MESSAGES_MAX = 1024 }; /* UIO_MAXIOV */

struct messages_note {
    struct value *timeout;
    size_t count;
    int32_t name_sizes[MESSAGES_MAX];
};

static struct value *message_of_several(struct decoder *decoder, const void *element, size_t index)
{
    const struct system_call *call = decoder->call;
    const struct messages_note *note = call->note;
    const bool received = call->number == SYS_recvmmsg;
    const int32_t *before = received && note && index < note->count ? &note->name_sizes[index] : NULL;
    struct value *value = value_struct(decoder);
    struct mmsghdr message;

    memcpy(&message, element, sizeof message);
    decoder->budget = received ? message.msg_len : UINT64_MAX;
    value_add(value, "msg_hdr", message_header(decoder, &message.msg_hdr, before));
    if (!call->failed && index < (uint64_t)call->result)
        value_add(value, "msg_len", value_unsigned(decoder, message.msg_len));
    return value;
}

DECODE(messages_sent)
{
    if (!decoder->exiting)
        return NULL;
    return decode_array(decoder, number, (uint32_t)decoder->call->arguments[2], sizeof(struct mmsghdr), message_of_several);
}

static struct messages_note *note_messages(struct decoder *decoder, uint64_t address)
{
    const struct system_call *call = decoder->call;
    struct messages_note *note = arena_alloc(decoder->arena, sizeof *note);
    const uint32_t count = (uint32_t)call->arguments[2];
    struct mmsghdr message;

    for (; note->count < count && note->count < MESSAGES_MAX; note->count++) {
        if (!decoder_read(decoder, address + note->count * sizeof message, &message, sizeof message))
            break;
        note->name_sizes[note->count] = (int32_t)message.msg_hdr.msg_namelen;
    }
    note->timeout = call->arguments[4] ? decode_struct(decoder, &struct_timespec, call->arguments[4]) : value_address(decoder, 0);
    return note;
}

DECODE(messages_received)
{
    struct system_call *call = decoder->call;

    if (!decoder->exiting) {
        call->note = note_messages(decoder, number);
        return NULL;
    }
    if (call->failed)
        return value_address(decoder, number);
    return decode_array(decoder, number, (uint64_t)call->result, sizeof(struct mmsghdr), message_of_several);
}

DECODE(messages_timeout)
{
    const struct messages_note *note = decoder->call->note;

    return note ? note->timeout : value_address(decoder, number);
}

DECODE(messages_left)
{
    const struct system_call *call = decoder->call;

    if (call->failed || call->arguments[4] == 0)
        return NULL;
    if (call->result == 0)
        return value_word(decoder, "Timeout", 0);
    struct value *list = value_list(decoder);
    value_add(list, "left", decode_struct(decoder, &struct_timespec, call->arguments[4]));
    return list;
}
