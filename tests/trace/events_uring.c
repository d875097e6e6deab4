/* SPDX-License-Identifier: MIT
 * io_uring. Where it is not allowed, all calls fail. */
#include <linux/io_uring.h>
#include <sys/uio.h>

#include "trace_program.h"

static void registrations(int fd)
{
    char bytes[16];
    struct iovec parts[2] = {{bytes, 4}, {bytes + 4, 8}};
    int descriptors[3] = {0, -1, 5}, event = 1;
    struct io_uring_files_update update = {.offset = 3, .fds = (unsigned long)descriptors};
    struct {
        struct io_uring_probe probe;
        struct io_uring_probe_op operations[4];
    } probe = {0};

    for (unsigned i = 0; i < 26; i++)
        CALL(io_uring_register, fd, i, NULL, 0);
    CALL(io_uring_register, -1, IORING_REGISTER_BUFFERS, parts, 2);
    CALL(io_uring_register, -1, IORING_REGISTER_FILES, descriptors, 3);
    CALL(io_uring_register, -1, IORING_REGISTER_EVENTFD, &event, 1);
    CALL(io_uring_register, -1, IORING_REGISTER_FILES_UPDATE, &update, 3);
    CALL(io_uring_register, -1, IORING_REGISTER_PROBE, &probe, 4);
    CALL(io_uring_register, -1, 77, &probe, 4);
    CALL(io_uring_register, -1, IORING_REGISTER_BUFFERS, NOWHERE, 4);
}

int main(void)
{
    struct io_uring_params parameters = {.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP, .cq_entries = 16};
    const unsigned long mask = 5;
    const int fd = (int)CALL(io_uring_setup, 4, &parameters);

    CALL(io_uring_setup, 0, NULL);
    CALL(io_uring_setup, 1, NOWHERE);
    parameters.flags = 0x80000000 | IORING_SETUP_IOPOLL;
    parameters.sq_thread_idle = 5;
    CALL(io_uring_setup, 1, &parameters);
    parameters.resv[0] = 1;
    CALL(io_uring_setup, 1, &parameters);
    CALL(io_uring_enter, fd, 0, 0, 0, NULL, 0);
    CALL(io_uring_enter, -1, 1, 2, IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, &mask, sizeof mask);
    CALL(io_uring_enter, -1, 1, 2, 0x100, NOWHERE, 8);
    registrations(fd);
    return 0;
}
