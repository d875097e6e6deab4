/* SPDX-License-Identifier: MIT
 *
 * Parent, child and grandchild lose blocks of their own; what was there at the fork is there in each of them, and each frees only
 * its own copy of the block that all of them hold.
 *
 * expect: process exit 3 definite 1 24 reachable 1 500
 * expect: process exit 4 definite 2 56
 * expect: process exit 5 definite 3 96 reachable 1 500
 * expect: leaks definite 6 176
 * expect: record definite 1 40 in lose_forty grandchild child main
 * expect: record definite 1 32 in lose_thirty_two child main
 * expect: record definite 1 24 in lose_twenty_four main
 * expect: valgrind same */
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static void *shared;

static NOINLINE void lose_twenty_four(void)
{
    opaque(malloc(24));
}

static NOINLINE void lose_thirty_two(void)
{
    opaque(malloc(32));
}

static NOINLINE void lose_forty(void)
{
    opaque(malloc(40));
}

static NOINLINE void grandchild(void)
{
    lose_forty();
    clear_stack();
    exit(5);
}

static NOINLINE void child(void)
{
    lose_thirty_two();
    clear_stack();
    pid_t pid = fork();
    if (pid == 0)
        grandchild();
    if (waitpid(pid, NULL, 0) != pid)
        exit(1);
    free(shared);
    shared = NULL;
    exit(4);
}

int main(void)
{
    shared = malloc(500);
    lose_twenty_four();
    clear_stack();
    pid_t pid = fork();
    if (pid == 0)
        child();
    if (waitpid(pid, NULL, 0) != pid)
        return 1;
    return 3;
}
