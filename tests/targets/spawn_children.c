/* SPDX-License-Identifier: MIT
 *
 * Children made by posix_spawn are this program again; each loses a block.
 *
 * expect: process exit 0 definite 1 24
 * expect: repeat process 3 exit 11 definite 1 96
 * expect: leaks definite 4 312
 * expect: record definite 1 24 in lose_in_parent main
 * expect: record definite 1 96 in lose_in_child main
 * expect: valgrind same */
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_in_parent(void)
{
    opaque(malloc(24));
}

static NOINLINE void lose_in_child(void)
{
    opaque(malloc(96));
}

static NOINLINE int spawn_child(char *program)
{
    char *arguments[] = {program, (char *)"child", NULL};
    int status;
    pid_t pid;
    if (posix_spawn(&pid, program, NULL, NULL, arguments, environ) || waitpid(pid, &status, 0) != pid)
        return 1;
    return WEXITSTATUS(status) == 11 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        lose_in_child();
        clear_stack();
        return 11;
    }
    for (int i = 0; i < 3; i++)
        if (spawn_child(argv[0]))
            return 1;
    lose_in_parent();
    clear_stack();
    return 0;
}
