/* SPDX-License-Identifier: MIT
 * Asynchronous input and output: contexts of aio. */
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <signal.h>
#include <sys/uio.h>
#include <time.h>

#include "trace_program.h"

static void submit(aio_context_t context, int fd)
{
    char bytes[16] = "";
    struct iovec parts[2] = {{bytes, 4}, {bytes + 4, 8}};
    struct iocb blocks[6] = {
        {.aio_data = 0x11,
         .aio_lio_opcode = IOCB_CMD_PWRITE,
         .aio_fildes = (unsigned)fd,
         .aio_buf = (unsigned long)"written",
         .aio_nbytes = 7},
        {.aio_data = 0x22,
         .aio_lio_opcode = IOCB_CMD_PREAD,
         .aio_fildes = (unsigned)fd,
         .aio_buf = (unsigned long)bytes,
         .aio_nbytes = 16,
         .aio_offset = 1},
        {.aio_lio_opcode = IOCB_CMD_PREADV,
         .aio_fildes = (unsigned)fd,
         .aio_buf = (unsigned long)parts,
         .aio_nbytes = 2,
         .aio_reqprio = 11},
        {.aio_lio_opcode = IOCB_CMD_PWRITEV, .aio_fildes = 99, .aio_buf = (unsigned long)parts, .aio_nbytes = 2},
        {.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = 99, .aio_buf = 1, .aio_flags = IOCB_FLAG_RESFD, .aio_resfd = 77},
        {.aio_lio_opcode = 55, .aio_fildes = 99, .aio_buf = 1},
    };
    struct iocb *pointers[7] = {&blocks[0], &blocks[1], &blocks[2], &blocks[3], &blocks[4], &blocks[5], NULL};
    struct io_event events[8];
    struct timespec zero = {0, 0};

    CALL(io_submit, context, 1, pointers);
    CALL(io_getevents, context, 1, 1, events, NULL);
    CALL(io_submit, context, 2, pointers + 1);
    CALL(io_getevents, context, 2, 8, events, &zero);
    for (int i = 3; i < 7; i++)
        CALL(io_submit, context, 1, pointers + i);
    CALL(io_submit, 0, 7, pointers);
    CALL(io_submit, context, 0, pointers);
    CALL(io_submit, context, -1, at_the_edge(pointers, sizeof pointers));
    CALL(io_submit, context, 2, NOWHERE);
    CALL(io_cancel, context, &blocks[0], events);
    CALL(io_cancel, context, &blocks[5], NULL);
    CALL(io_cancel, context, NULL, NULL);
}

int main(void)
{
    const unsigned long mask = 1UL << (SIGUSR1 - 1);
    struct {
        const unsigned long *set;
        size_t size;
    } signals = {&mask, sizeof mask};
    struct timespec zero = {0, 0};
    struct io_event events[2];
    aio_context_t context = 0;
    const int fd = open("file", O_RDWR | O_CREAT, 0600);

    CALL(io_setup, 8, &context);
    CALL(io_setup, 8, NULL);
    CALL(io_setup, 0, &context);
    submit(context, fd);
    CALL(io_pgetevents, context, 0, 2, events, &zero, &signals);
    CALL(io_pgetevents, context, 0, 2, events, &zero, NULL);
    CALL(io_pgetevents, context, -1, 2, events, NOWHERE, NOWHERE);
    CALL(io_getevents, context, 3, 2, NULL, NULL);
    CALL(io_destroy, context);
    CALL(io_destroy, 7);
    return 0;
}
