/* SPDX-License-Identifier: MIT
 *
 * A daemon: two forks, a session of its own, no descriptors, and the parents are gone long before it loses its block and ends.
 *
 * expect: process exit 4
 * expect: process exit 0
 * expect: process exit 9 definite 1 24
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block become_daemon main
 * expect: valgrind same */
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

/* Waits until the parent is gone: its end of the pipe closes. */
static NOINLINE void become_daemon(int parents_end)
{
    char byte;
    if (read(parents_end, &byte, 1) != 0)
        _exit(1);
    closefrom(0);
    lose_block();
    clear_stack();
    _exit(9);
}

int main(void)
{
    int channel[2];
    if (pipe(channel))
        return 1;
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (fork())
            _exit(0);
        close(channel[1]);
        become_daemon(channel[0]);
    }
    if (child < 0 || waitpid(child, NULL, 0) != child)
        return 1;
    return 4;
}
