/* SPDX-License-Identifier: MIT
 *
 * Where a static executable opened its descriptors is found, though its heap is not seen: also behind a signal handler, and where
 * the frame pointer is used for other things.
 *
 * expect: options --track-fds=yes
 * expect: coverage none
 * expect: verdict incomplete
 * expect: valgrind skip: it has the same stacks, but also a heap
 * expect: open 1 file in open open_file main
 * expect: open 1 file in open open_file on_signal raise main
 * expect: open 1 file in open open_file aligned main */
#include <fcntl.h>
#include <signal.h>

#include "target.h"

static NOINLINE int open_file(void)
{
    int fd = open("/dev/null", O_RDONLY);

    if (fd < 0)
        abort();
    return fd;
}

static NOINLINE void on_signal(int number)
{
    open_file();
    (void)number;
}

/* The compiler realigns the stack for this. */
static NOINLINE void aligned(void)
{
    _Alignas(64) char buffer[128];

    buffer[0] = (char)open_file();
    opaque(buffer);
}

int main(void)
{
    open_file();
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    aligned();
    return 0;
}
