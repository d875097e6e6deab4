/* SPDX-License-Identifier: MIT
 *
 * Asynchronous input and output: io_submit(2) and its kin, io_uring(7). */
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <string.h>

#include "message_decoders.h"

/* ---- Control blocks -------------------------------------------------------------------------------------------------------- */

static struct value *operation(struct decoder *decoder, uint16_t number)
{
    const char *name = constant_set_name(&set_aio_commands, number);
    struct value *value = name ? value_word(decoder, name, number) : value_unsigned(decoder, number);

    if (!name)
        value->comment = set_aio_commands.unknown;
    return value;
}

/* What every kind of block has. */
static struct value *block_header(struct decoder *decoder, const struct iocb *block)
{
    struct value *value = value_struct(decoder);

    value_add(value, "aio_data", value_hex(decoder, block->aio_data));
    if (block->aio_key)
        value_add(value, "aio_key", value_unsigned(decoder, block->aio_key));
    if (block->aio_rw_flags)
        value_add(value, "aio_rw_flags", value_flags(decoder, &set_rwf_flags, (uint32_t)block->aio_rw_flags));
    value_add(value, "aio_lio_opcode", operation(decoder, block->aio_lio_opcode));
    if (block->aio_reqprio)
        value_add(value, "aio_reqprio", value_signed(decoder, block->aio_reqprio));
    value_add(value, "aio_fildes", value_fd(decoder, (int)block->aio_fildes));
    return value;
}

static struct value *vector_of_block(struct decoder *decoder, const void *element, size_t index)
{
    return decode_struct_bytes(decoder, &struct_iovec, element, struct_iovec.size);
}

static void add_contents(struct decoder *decoder, struct value *value, const struct iocb *block)
{
    switch (block->aio_lio_opcode) {
    case IOCB_CMD_PREAD:
    case IOCB_CMD_PWRITE:
        value_add(value, "aio_buf",
                  block->aio_lio_opcode == IOCB_CMD_PWRITE ? decode_buffer(decoder, block->aio_buf, block->aio_nbytes)
                                                           : value_address(decoder, block->aio_buf));
        value_add(value, "aio_nbytes", value_unsigned(decoder, block->aio_nbytes));
        value_add(value, "aio_offset", value_signed(decoder, block->aio_offset));
        break;
    case IOCB_CMD_PREADV:
        value_add(value, "aio_buf", decode_array(decoder, block->aio_buf, block->aio_nbytes, struct_iovec.size, vector_of_block));
        value_add(value, "aio_offset", value_signed(decoder, block->aio_offset));
        break;
    case IOCB_CMD_PWRITEV:
        decoder->budget = UINT64_MAX;
        value_add(value, "aio_buf", decode_io_vectors(decoder, block->aio_buf, block->aio_nbytes));
        value_add(value, "aio_offset", value_signed(decoder, block->aio_offset));
        break;
    case IOCB_CMD_POLL:
        value_add(value, "aio_buf", value_flags(decoder, &set_poll, block->aio_buf));
        break;
    default:
        return;
    }
    if (!block->aio_flags)
        return;
    value_add(value, "aio_flags", value_flags(decoder, &set_aio_flags, block->aio_flags));
    value_add(value, "aio_resfd",
              block->aio_flags & IOCB_FLAG_RESFD ? value_fd(decoder, (int)block->aio_resfd) : value_hex(decoder, block->aio_resfd));
}

static struct value *pointed_block(struct decoder *decoder, const void *element, size_t index)
{
    struct iocb block;
    uint64_t address;

    memcpy(&address, element, sizeof address);
    if (!address || !decoder_read(decoder, address, &block, sizeof block))
        return value_address(decoder, address);
    struct value *value = block_header(decoder, &block);
    add_contents(decoder, value, &block);
    return value;
}

DECODE(io_blocks)
{
    const int64_t count = (int64_t)decoder->call->arguments[1];

    if (count < 0)
        return value_address(decoder, number);
    return decode_array(decoder, number, (uint64_t)count, sizeof(uint64_t), pointed_block);
}

DECODE(io_block_cancelled)
{
    struct iocb block;

    if (!number || !decoder_read(decoder, number, &block, sizeof block))
        return value_address(decoder, number);
    return block_header(decoder, &block);
}

/* In, but shown behind what the kernel fills in. */
DECODE(saved_timespec)
{
    return number ? decode_struct(decoder, &struct_timespec, number) : value_address(decoder, 0);
}

/* ---- io_uring -------------------------------------------------------------------------------------------------------------- */

static struct value *reserved(struct decoder *decoder, const uint32_t words[3])
{
    struct value *array = value_array(decoder);

    for (int i = 0; i < 3; i++)
        value_add(array, NULL, value_hex(decoder, words[i]));
    return array;
}

DECODE(uring_params)
{
    struct io_uring_params params;

    if (!decoder->exiting)
        return NULL;
    if (!number || !decoder_read(decoder, number, &params, sizeof params))
        return value_address(decoder, number);
    const bool made = !decoder->call->failed;
    struct value *value =
        decode_struct_bytes(decoder, made ? &struct_io_uring_made : &struct_io_uring_params, &params, sizeof params);
    if (!made && params.flags & IORING_SETUP_ATTACH_WQ)
        value_add(value, "wq_fd", value_fd(decoder, (int)params.wq_fd));
    if (params.resv[0] || params.resv[1] || params.resv[2])
        value_add(value, "resv", reserved(decoder, params.resv));
    return value;
}

static struct value *registered_file(struct decoder *decoder, const void *element, size_t index)
{
    int32_t fd;

    memcpy(&fd, element, sizeof fd);
    return value_fd(decoder, fd);
}

DECODE(uring_files)
{
    struct io_uring_files_update update;

    if (!number || !decoder->options->dereference || !decoder_read(decoder, number, &update, sizeof update))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "offset", value_unsigned(decoder, update.offset));
    if (update.resv)
        value_add(value, "resv", value_hex(decoder, update.resv));
    value_add(value, "fds",
              decode_array(decoder, update.fds, (uint32_t)decoder->call->arguments[3], sizeof(int32_t), registered_file));
    return value;
}

static struct value *probed_operation(struct decoder *decoder, const void *element, size_t index)
{
    return decode_struct_bytes(decoder, &struct_io_uring_probe_op, element, struct_io_uring_probe_op.size);
}

DECODE(uring_probe)
{
    struct io_uring_probe probe;

    if (!number || !decoder->options->dereference || !decoder_read(decoder, number, &probe, sizeof probe))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "last_op", value_enum(decoder, &set_uring_operations, probe.last_op));
    value_add(value, "ops_len", value_unsigned(decoder, probe.ops_len));
    value_add(value, "ops",
              decode_array(decoder, number + sizeof probe, probe.ops_len, struct_io_uring_probe_op.size, probed_operation));
    return value;
}

DECODE(uring_sigset)
{
    const uint64_t *arguments = decoder->call->arguments;

    if (arguments[3] & IORING_ENTER_EXT_ARG)
        return value_address(decoder, number);
    return decode_sigset(decoder, number, arguments[5]);
}
