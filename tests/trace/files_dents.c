/* SPDX-License-Identifier: MIT
 * What is in a directory. */
#include <fcntl.h>

#include "trace_program.h"

int main(void)
{
    char buffer[4096] __attribute__((aligned(8)));
    const int fd = open("/proc/self/fdinfo", O_RDONLY | O_DIRECTORY);
    const int again = open("/proc/self/fdinfo", O_RDONLY | O_DIRECTORY);

    CALL(getdents64, fd, buffer, 8);
    CALL(getdents64, fd, buffer, sizeof buffer);
    CALL(getdents64, fd, buffer, sizeof buffer);
    CALL(getdents64, -1, buffer, sizeof buffer);
    CALL(getdents64, fd, NULL, 0);
    CALL(getdents, again, buffer, sizeof buffer);
    CALL(getdents, again, buffer, sizeof buffer);
    CALL(getdents, -1, buffer, sizeof buffer);
    CALL(getcwd, buffer, 4096);
    CALL(getcwd, buffer, 1);
    CALL(getcwd, NULL, 1);
    CALL(chdir, "/");
    CALL(getcwd, buffer, 4096);
    CALL(fchdir, fd);
    CALL(chroot, "/does/not/exist");
    return 0;
}
