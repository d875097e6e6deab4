/* SPDX-License-Identifier: MIT
 *
 * Another process (a child made before the leaks) kills this one while it waits.
 *
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: valgrind skip: it dies without a report
 * expect: case kill
 * expect: args 9
 * expect: process signal SIGKILL definite 1 24
 * expect: process exit 0
 * expect: case terminate
 * expect: args 15
 * expect: process signal SIGTERM definite 1 24
 * expect: process exit 0
 * expect: case stop_and_kill
 * expect: args 19
 * expect: process signal SIGKILL definite 1 24
 * expect: process exit 0 */
#include <signal.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void kill_parent(int ready, int number)
{
    char byte;
    if (read(ready, &byte, 1) != 1)
        _exit(1);
    kill(getppid(), number);
    if (number == SIGSTOP)
        kill(getppid(), SIGKILL);
    _exit(0);
}

int main(int argc, char **argv)
{
    int ready[2];
    if (pipe(ready))
        return 1;
    pid_t child = fork();
    if (child < 0)
        return 1;
    if (child == 0)
        kill_parent(ready[0], atoi(argv[1]));
    lose_block();
    clear_stack();
    if (write(ready[1], "r", 1) != 1)
        return 1;
    for (;;)
        pause();
}
