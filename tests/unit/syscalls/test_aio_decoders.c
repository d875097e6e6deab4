/* SPDX-License-Identifier: MIT
 * Asynchronous input and output. */
#include <criterion/criterion.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "call_scene.h"

/* A pointer, behind it the block that it points to, behind that some text. */
struct submission {
    uint64_t pointer;
    struct iocb block;
    char text[8];
};
enum { BLOCK = SCENE_MEMORY + 8, TEXT = BLOCK + sizeof(struct iocb) };

static void expect_block(const struct iocb *block, const char *text)
{
    const struct submission memory = {BLOCK, *block, "text"};
    char expected[256];

    snprintf(expected, sizeof expected, "io_submit(NULL, 1, [%s]) = 1", text);
    expect_decoded(SYS_io_submit, (const uint64_t[6]){0, 1, SCENE_MEMORY}, &memory, sizeof memory, 1, expected);
}

Test(aio_decoders, a_block_has_what_its_operation_needs)
{
    struct iocb block = {.aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = 3, .aio_buf = TEXT, .aio_nbytes = 4, .aio_data = 7};

    expect_block(&block,
                 "{aio_data=0x7, aio_lio_opcode=IOCB_CMD_PWRITE, aio_fildes=3, aio_buf=\"text\", aio_nbytes=4, aio_offset=0}");
    block.aio_lio_opcode = IOCB_CMD_POLL;
    block.aio_buf = 1;
    block.aio_flags = IOCB_FLAG_RESFD;
    block.aio_resfd = 5;
    expect_block(&block, "{aio_data=0x7, aio_lio_opcode=IOCB_CMD_POLL, aio_fildes=3, aio_buf=POLLIN, aio_flags=IOCB_FLAG_RESFD, "
                         "aio_resfd=5}");
    block = (struct iocb){.aio_lio_opcode = 99, .aio_key = 1, .aio_reqprio = 2};
    expect_block(&block, "{aio_data=0, aio_key=1, aio_lio_opcode=99 /* IOCB_CMD_??? */, aio_reqprio=2, aio_fildes=0}");
}

Test(aio_decoders, an_array_of_blocks_may_have_holes)
{
    struct {
        uint64_t pointers[2];
        struct iocb block;
        char data[8];
    } memory = {.pointers = {SCENE_MEMORY + 16, 0},
                .block = {.aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = 4, .aio_nbytes = 2},
                .data = "hi"};

    memory.block.aio_buf = SCENE_MEMORY + offsetof(typeof(memory), data);
    expect_decoded(SYS_io_submit, (const uint64_t[6]){1, 2, SCENE_MEMORY}, &memory, sizeof memory, 1,
                   "io_submit(0x1, 2, [{aio_data=0, aio_lio_opcode=IOCB_CMD_PWRITE, aio_fildes=4, aio_buf=\"hi\", aio_nbytes=2, "
                   "aio_offset=0}, NULL]) = 1");
    expect_decoded(SYS_io_submit, (const uint64_t[6]){1, UINT64_MAX, SCENE_MEMORY}, NULL, 0, -22,
                   "io_submit(0x1, -1, 0x10000) = -1 EINVAL (Invalid argument)");
}

Test(aio_decoders, rings_are_described_when_they_are_made)
{
    struct io_uring_params parameters = {.flags = IORING_SETUP_IOPOLL, .resv = {5}};

    expect_decoded(SYS_io_uring_setup, (const uint64_t[6]){1, SCENE_MEMORY}, &parameters, sizeof parameters, -22,
                   "io_uring_setup(1, {flags=IORING_SETUP_IOPOLL, sq_thread_cpu=0, sq_thread_idle=0, resv=[0x5, 0, 0]}) = "
                   "-1 EINVAL (Invalid argument)");
    expect_decoded(SYS_io_uring_setup, (const uint64_t[6]){1, 0}, NULL, 0, -14,
                   "io_uring_setup(1, NULL) = -1 EFAULT (Bad address)");
}

Test(aio_decoders, registrations_have_what_their_operation_needs)
{
    const struct {
        struct io_uring_files_update update;
        int files[2];
    } memory = {{.offset = 3, .fds = SCENE_MEMORY + sizeof memory.update}, {5, -1}};
    const struct {
        struct io_uring_probe probe;
        struct io_uring_probe_op operation;
    } probe = {{.last_op = 2, .ops_len = 1}, {.op = IORING_OP_READV, .flags = IO_URING_OP_SUPPORTED}};

    expect_decoded(SYS_io_uring_register, (const uint64_t[6]){3, IORING_REGISTER_FILES_UPDATE, SCENE_MEMORY, 2}, &memory,
                   sizeof memory, 2, "io_uring_register(3, IORING_REGISTER_FILES_UPDATE, {offset=3, fds=[5, -1]}, 2) = 2");
    expect_decoded(SYS_io_uring_register, (const uint64_t[6]){3, IORING_REGISTER_FILES, SCENE_MEMORY + sizeof memory.update, 2},
                   &memory, sizeof memory, 0, "io_uring_register(3, IORING_REGISTER_FILES, [5, -1], 2) = 0");
    expect_decoded(SYS_io_uring_register, (const uint64_t[6]){3, IORING_REGISTER_PROBE, SCENE_MEMORY, 1}, &probe, sizeof probe, 0,
                   "io_uring_register(3, IORING_REGISTER_PROBE, {last_op=IORING_OP_WRITEV, ops_len=1, ops=[{op=IORING_OP_READV, "
                   "flags=IO_URING_OP_SUPPORTED}]}, 1) = 0");
}
