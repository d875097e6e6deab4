/* SPDX-License-Identifier: MIT */
#include "trace_dump.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "program/options/trace_options.h"
#include "report/encoding/hex_dump.h"

enum { VECTOR_MAX = 1024 };

struct dump {
    struct text_buffer *buffer;
    const struct memory_view *memory;
};

static void dump_bytes(const struct dump *dump, uint64_t address, uint64_t size)
{
    unsigned char bytes[HEX_DUMP_LINE];

    for (uint64_t offset = 0; offset < size; offset += HEX_DUMP_LINE) {
        const size_t wanted = size - offset < HEX_DUMP_LINE ? (size_t)(size - offset) : HEX_DUMP_LINE;
        const size_t got = memory_read(dump->memory, address + offset, bytes, wanted);
        if (got > 0)
            hex_dump_line(dump->buffer, offset, bytes, got);
        if (got < wanted)
            return;
    }
}

/* At most `limit` bytes of all buffers together. */
static void dump_vector(const struct dump *dump, uint64_t address, uint64_t count, uint64_t limit)
{
    struct iovec part;

    for (uint64_t i = 0; i < count && i < VECTOR_MAX && limit > 0; i++) {
        if (memory_read(dump->memory, address + i * sizeof part, &part, sizeof part) < sizeof part)
            return;
        const uint64_t size = part.iov_len < limit ? part.iov_len : limit;
        limit -= size;
        if (size == 0)
            continue;
        text_buffer_add(dump->buffer, " * %lu bytes in buffer %lu\n", size, i);
        dump_bytes(dump, (uintptr_t)part.iov_base, size);
    }
}

static void dump_message(const struct dump *dump, uint64_t address, uint64_t limit)
{
    struct msghdr message;

    if (memory_read(dump->memory, address, &message, sizeof message) == sizeof message)
        dump_vector(dump, (uintptr_t)message.msg_iov, message.msg_iovlen, limit);
}

/* Several messages, each with as much as was sent or received of it. */
static void dump_messages(const struct dump *dump, uint64_t address, uint64_t count)
{
    struct mmsghdr message;

    for (uint64_t i = 0; i < count && i < VECTOR_MAX; i++) {
        const uint64_t at = address + i * sizeof message;
        if (memory_read(dump->memory, at, &message, sizeof message) < sizeof message)
            return;
        text_buffer_add(dump->buffer, " = %lu buffers in vector %lu\n", message.msg_hdr.msg_iovlen, i);
        dump_message(dump, at, message.msg_len);
    }
}

static void dump_read(const struct dump *dump, const struct system_call *call)
{
    const uint64_t *arguments = call->arguments, result = (uint64_t)call->result;

    switch (system_call_key(call)) {
    case SYS_read:
    case SYS_pread64:
    case SYS_recvfrom:
        dump_bytes(dump, arguments[1], result);
        break;
    case SYS_readv:
    case SYS_preadv:
    case SYS_preadv2:
        dump_vector(dump, arguments[1], arguments[2], result);
        break;
    case SYS_recvmsg:
        dump_message(dump, arguments[1], result);
        break;
    case SYS_recvmmsg:
        dump_messages(dump, arguments[1], result);
        break;
    default:
        break;
    }
}

static void dump_write(const struct dump *dump, const struct system_call *call)
{
    const uint64_t *arguments = call->arguments;

    switch (system_call_key(call)) {
    case SYS_write:
    case SYS_pwrite64:
    case SYS_sendto:
        dump_bytes(dump, arguments[1], arguments[2]);
        break;
    case SYS_writev:
    case SYS_pwritev:
    case SYS_pwritev2:
    case SYS_vmsplice:
        dump_vector(dump, arguments[1], arguments[2], UINT64_MAX);
        break;
    case SYS_sendmsg:
        dump_message(dump, arguments[1], UINT64_MAX);
        break;
    case SYS_sendmmsg:
        dump_messages(dump, arguments[1], (uint64_t)call->result);
        break;
    default:
        break;
    }
}

void trace_dump_add(struct text_buffer *buffer, const struct trace_options *options, const struct memory_view *memory,
                    const struct system_call *call)
{
    const struct dump dump = {buffer, memory};
    const int fd = (int)call->arguments[0];

    if (!call->returned || call->failed || !memory)
        return;
    if (descriptor_set_has(&options->dump_read, fd))
        dump_read(&dump, call);
    if (descriptor_set_has(&options->dump_write, fd))
        dump_write(&dump, call);
}
