/* SPDX-License-Identifier: MIT
 * Reading and writing in pieces. */
#include <fcntl.h>
#include <sys/uio.h>

#include "trace_program.h"

int main(void)
{
    const int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char a[] = "hello, ", b[] = "world\n", in[64] = "", small[3] = "";
    char more[] = "0123456789012345678901234567890123456789";
    struct iovec out[] = {{a, 7}, {NULL, 0}, {b, 6}, {more, 40}};
    struct iovec back[] = {{small, 3}, {in, sizeof in}, {NULL, 0}};
    struct iovec bad[] = {{NOWHERE, 3}, {a, 2}};
    struct iovec many[40];

    for (int i = 0; i < 40; i++)
        many[i] = (struct iovec){a, 1};
    CALL(writev, fd, out, 4);
    CALL(writev, fd, many, 40);
    CALL(writev, fd, bad, 2);
    CALL(writev, fd, at_the_edge(out, sizeof out), 5);
    CALL(writev, fd, NULL, 2);
    CALL(writev, fd, NOWHERE, 2);
    CALL(writev, fd, out, 0);
    CALL(pwritev, fd, out, 2, 100, 0);
    CALL(pwritev, fd, out, 2, -1, -1);
    CALL(pwritev2, fd, out, 2, 100, 0, RWF_DSYNC | RWF_APPEND);
    CALL(pwritev2, fd, out, 2, -1, -1, 0x80);
    CALL(lseek, fd, 0, SEEK_SET);
    CALL(readv, fd, back, 3);
    CALL(readv, fd, back, 1);
    CALL(readv, fd, bad, 2);
    CALL(readv, -1, back, 3);
    CALL(readv, fd, NULL, 3);
    CALL(preadv, fd, back, 2, 5, 0);
    CALL(preadv, fd, back, 2, 5000, 0);
    CALL(preadv2, fd, back, 2, -1, -1, RWF_HIPRI | RWF_NOWAIT);
    CALL(preadv2, fd, back, 2, 0x7fffffffffffffff, 0, 0);
    CALL(pread64, fd, in, 5, 3);
    CALL(pwrite64, fd, in, 5, 0x123456789);
    CALL(read, fd, NULL, 0);
    CALL(read, fd, in, 0);
    CALL(write, fd, NULL, 0);
    CALL(write, fd, "", 0);
    CALL(write, fd, NOWHERE, 9);
    CALL(vmsplice, fd, out, 2, 0);
    return 0;
}
