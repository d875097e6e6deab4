/* SPDX-License-Identifier: MIT
 * Copying in the kernel. */
#include <fcntl.h>

#include "trace_program.h"

int main(void)
{
    const int from = open("/proc/self/exe", O_RDONLY), to = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
    long in = 16, out = 0;
    int ends[2], others[2];

    CALL(pipe, ends);
    CALL(pipe2, others, O_CLOEXEC | O_NONBLOCK);
    CALL(pipe2, NULL, O_DIRECT);
    CALL(pipe2, others, 1);
    CALL(sendfile, to, from, NULL, 100);
    CALL(sendfile, to, from, &in, 100);
    CALL(sendfile, to, from, NOWHERE, 100);
    CALL(sendfile, -1, from, &in, 100);
    CALL(copy_file_range, from, &in, to, &out, 64, 0);
    CALL(copy_file_range, to, &in, to, NULL, 64, 0);
    CALL(copy_file_range, to, NULL, to, NULL, 64, 1);
    in = 8;
    CALL(splice, from, &in, ends[1], NULL, 32, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    CALL(tee, ends[0], others[1], 32, SPLICE_F_MORE);
    CALL(splice, ends[0], NULL, to, &out, 32, 0);
    CALL(splice, ends[0], NULL, to, &out, 32, SPLICE_F_NONBLOCK | 0x10);
    CALL(readahead, from, 4096, 8192);
    CALL(fadvise64, from, 0, 0, POSIX_FADV_SEQUENTIAL);
    CALL(fadvise64, from, 0, 0, 9);
    CALL(fallocate, to, 0, 0, 4096);
    CALL(fallocate, to, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4096);
    CALL(fallocate, to, 0x80, -1, -1);
    CALL(sync_file_range, to, 0, 4096, SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_BEFORE);
    CALL(truncate, "f", 10);
    CALL(truncate, "nothing", -10);
    CALL(ftruncate, to, 0x100000000);
    CALL(fsync, to);
    CALL(fdatasync, to);
    CALL(syncfs, to);
    return 0;
}
