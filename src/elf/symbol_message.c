/* SPDX-License-Identifier: MIT */
#include "symbol_message.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock_ns.h"
#include "base/xalloc.h"

/* ---- Writing --------------------------------------------------------------------------------------------------------------- */

static void add(struct symbol_writer *writer, const void *bytes, size_t size)
{
    writer->bytes = xgrow(writer->bytes, &writer->capacity, writer->size + size, 1);
    memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

void symbol_write_number(struct symbol_writer *writer, uint64_t value)
{
    add(writer, &value, sizeof value);
}

/* The length with the NUL, which is sent as well; 0: NULL. */
void symbol_write_text(struct symbol_writer *writer, const char *text)
{
    size_t size = text ? strnlen(text, SYMBOL_TEXT_MAX) + 1 : 0;

    if (size > SYMBOL_TEXT_MAX)
        size = 0;
    symbol_write_number(writer, size);
    if (size > 0)
        add(writer, text, size);
}

void symbol_write_place(struct symbol_writer *writer, const struct symbol_place *place)
{
    symbol_write_number(writer, place->address);
    symbol_write_number(writer, place->frame_count);
    for (size_t i = 0; i < place->frame_count; i++) {
        const struct symbol_frame *frame = &place->frames[i];
        symbol_write_text(writer, frame->function);
        symbol_write_text(writer, frame->linkage_name);
        symbol_write_text(writer, frame->file);
        symbol_write_number(writer, (uint64_t)frame->line << 1 | frame->inlined);
        symbol_write_number(writer, frame->start);
    }
}

void symbol_write_object(struct symbol_writer *writer, const struct symbol_object *object)
{
    symbol_write_text(writer, object->name);
    symbol_write_number(writer, object->name_offset);
    symbol_write_number(writer, object->address);
}

void symbol_writer_finish(struct symbol_writer *writer)
{
    free(writer->bytes);
    *writer = (struct symbol_writer){0};
}

/* ---- Reading --------------------------------------------------------------------------------------------------------------- */

static const char *take(struct symbol_reader *reader, size_t size)
{
    const char *bytes = reader->at;

    if (reader->wrong || size > (size_t)(reader->end - reader->at)) {
        reader->wrong = true;
        return NULL;
    }
    reader->at += size;
    return bytes;
}

uint64_t symbol_read_number(struct symbol_reader *reader)
{
    uint64_t value = 0;
    const char *bytes = take(reader, sizeof value);

    if (bytes)
        memcpy(&value, bytes, sizeof value);
    return value;
}

const char *symbol_read_text(struct symbol_reader *reader)
{
    const uint64_t size = symbol_read_number(reader);

    if (size == 0)
        return NULL;
    const char *text = size <= SYMBOL_TEXT_MAX ? take(reader, size) : NULL;
    if (text && strnlen(text, size) == size - 1)
        return text;
    reader->wrong = true;
    return NULL;
}

static void read_frame(struct symbol_reader *reader, struct symbol_frame *frame)
{
    *frame = (struct symbol_frame){.function = symbol_read_text(reader)};
    frame->linkage_name = symbol_read_text(reader);
    frame->file = symbol_read_text(reader);
    const uint64_t line = symbol_read_number(reader);
    frame->line = (unsigned)(line >> 1);
    frame->inlined = line & 1;
    frame->start = symbol_read_number(reader);
}

void symbol_read_place(struct symbol_reader *reader, struct symbol_place *place)
{
    place->address = symbol_read_number(reader);
    const uint64_t count = symbol_read_number(reader);
    if (count > SYMBOL_FRAMES_MAX)
        reader->wrong = true;
    place->frame_count = reader->wrong ? 0 : count;
    for (size_t i = 0; i < place->frame_count; i++)
        read_frame(reader, &place->frames[i]);
}

void symbol_read_object(struct symbol_reader *reader, struct symbol_object *object)
{
    object->name = symbol_read_text(reader);
    object->name_offset = symbol_read_number(reader);
    object->address = symbol_read_number(reader);
}

bool symbol_reader_is_done(const struct symbol_reader *reader)
{
    return !reader->wrong && reader->at == reader->end;
}

/* ---- Sending --------------------------------------------------------------------------------------------------------------- */

/* Room for the one descriptor that goes along. */
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static void attach(struct msghdr *message, union control *control, int descriptor)
{
    memset(control, 0, sizeof *control);
    message->msg_control = control;
    message->msg_controllen = sizeof *control;
    control->header = (struct cmsghdr){CMSG_LEN(sizeof descriptor), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control->header), &descriptor, sizeof descriptor);
}

static void skip(struct msghdr *message, size_t size)
{
    while (message->msg_iovlen > 0 && size >= message->msg_iov->iov_len) {
        size -= message->msg_iov->iov_len;
        message->msg_iov++;
        message->msg_iovlen--;
    }
    if (message->msg_iovlen > 0) {
        message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + size;
        message->msg_iov->iov_len -= size;
    }
}

int symbol_send(int socket, uint32_t kind, const void *body, size_t size, int descriptor)
{
    struct symbol_header header = {kind, (uint32_t)size};
    struct iovec parts[2] = {{&header, sizeof header}, {(void *)body, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = size > 0 ? 2 : 1};
    union control control;

    if (descriptor >= 0)
        attach(&message, &control, descriptor);
    while (message.msg_iovlen > 0) {
        const ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return errno == ECONNRESET ? -EPIPE : -errno;
        if (sent < 0)
            continue;
        message.msg_control = NULL;
        message.msg_controllen = 0;
        skip(&message, (size_t)sent);
    }
    return 0;
}

/* Returns 0 when there is something to read, or the end. */
static int wait_for(int socket, uint64_t deadline_ns)
{
    struct pollfd poll_for = {.fd = socket, .events = POLLIN};

    for (;;) {
        const uint64_t now_ns = deadline_ns == UINT64_MAX ? 0 : clock_ns(CLOCK_MONOTONIC);
        if (now_ns >= deadline_ns)
            return -ETIMEDOUT;
        const uint64_t left_ms = (deadline_ns - now_ns) / 1000000 + 1;
        const int ready = poll(&poll_for, 1, left_ms < 60000 ? (int)left_ms : 60000);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return -errno;
    }
}

/* What is there already, which saves a system call; or what comes in time. */
static ssize_t receive_part(int socket, uint64_t deadline_ns, struct msghdr *message)
{
    const int flags = MSG_CMSG_CLOEXEC | (deadline_ns == UINT64_MAX ? 0 : MSG_DONTWAIT);
    const struct msghdr fresh = *message;
    ssize_t size;

    while ((size = recvmsg(socket, message, flags)) < 0 && errno == EAGAIN) {
        const int error = wait_for(socket, deadline_ns);
        if (error)
            return error;
        *message = fresh;
    }
    if (size < 0)
        return errno == ECONNRESET ? -EPIPE : -errno;
    return size == 0 ? -EPIPE : size;
}

static int received_descriptor(struct msghdr *message)
{
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int descriptor = -1;

    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof descriptor))
        memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return descriptor;
}

int symbol_receive(int socket, uint64_t deadline_ns, void *bytes, size_t size)
{
    struct iovec part = {bytes, size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    while (message.msg_iovlen > 0 && part.iov_len > 0) {
        const ssize_t got = receive_part(socket, deadline_ns, &message);
        if (got < 0 && got != -EINTR)
            return (int)got;
        if (got > 0)
            skip(&message, (size_t)got);
    }
    return 0;
}

int symbol_receive_header(int socket, uint64_t deadline_ns, struct symbol_header *header, int *descriptor)
{
    struct iovec part = {header, sizeof *header};
    union control control;
    struct msghdr message;
    ssize_t got;

    *descriptor = -1;
    do {
        message = (struct msghdr){.msg_iov = &part,
                                  .msg_iovlen = 1,
                                  .msg_control = &control,
                                  .msg_controllen = CMSG_LEN(sizeof(int))}; /* not CMSG_SPACE: that has room for two */
        got = receive_part(socket, deadline_ns, &message);
    } while (got == -EINTR);
    if (got < 0)
        return (int)got;
    *descriptor = received_descriptor(&message);
    int error = symbol_receive(socket, deadline_ns, (char *)header + got, sizeof *header - (size_t)got);
    if (!error && header->size > SYMBOL_BODY_MAX)
        error = -EPROTO;
    if (error && *descriptor >= 0) {
        close(*descriptor);
        *descriptor = -1;
    }
    return error;
}
