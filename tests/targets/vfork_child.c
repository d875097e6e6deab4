/* SPDX-License-Identifier: MIT
 *
 * A vfork child takes, frees and loses blocks in the memory that it shares with its parent: the parent has them.
 *
 * expect: process exit 3 definite 2 128
 * expect: process exit 4
 * expect: record definite 1 64 in lose_in_child main
 * expect: record definite 1 64 in lose_in_parent main
 * expect: more
 * expect: valgrind skip: it turns vfork into fork */
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_in_child(void)
{
    opaque(malloc(64));
}

static NOINLINE void lose_in_parent(void)
{
    opaque(malloc(64));
}

int main(void)
{
    int status;
    pid_t pid = vfork();
    if (pid == 0) {
        free(opaque(malloc(1000)));
        lose_in_child();
        _exit(4);
    }
    if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 4)
        return 1;
    lose_in_parent();
    clear_stack();
    return 3;
}
