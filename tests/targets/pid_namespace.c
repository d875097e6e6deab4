/* SPDX-License-Identifier: MIT
 *
 * A child in a PID namespace of its own, where it is process 1.
 *
 * expect: needs root
 * expect: process exit 0 definite 1 24
 * expect: process exit 1 definite 2 56
 * expect: leaks definite 3 80
 * expect: record definite 1 32 in lose_in_child main
 * expect: valgrind same */
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_in_parent(void)
{
    opaque(malloc(24));
}

static NOINLINE void lose_in_child(void)
{
    opaque(malloc(32));
}

int main(void)
{
    int status;
    if (unshare(CLONE_NEWPID))
        return 2;
    lose_in_parent();
    clear_stack();
    pid_t pid = fork();
    if (pid == 0) {
        lose_in_child();
        clear_stack();
        _exit(getpid());
    }
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 1 ? 0 : 3;
}
