/* SPDX-License-Identifier: MIT
 *
 * Without --track-fds the report still names what a process opened itself and left open; what it has from its parent is only
 * counted.
 *
 * expect: leaks none
 * expect: valgrind skip: it tells of descriptors only if asked to
 * expect: case default
 * expect: process exit 0
 * expect: process exit 0
 * expect: open 2 file
 * expect: open 1 file
 * expect: case not_at_all
 * expect: options --track-fds=no
 * expect: process exit 0
 * expect: process exit 0
 * expect: inherited 0
 * expect: open none */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static void open_file(void)
{
    if (open("/dev/null", O_RDONLY) < 0)
        abort();
}

int main(void)
{
    int status;

    open_file();
    open_file();
    if (fork() == 0) {
        open_file();
        _exit(0);
    }
    return wait(&status) < 0;
}
