/* SPDX-License-Identifier: MIT
 *
 * Which processes have allocations that fail: the one that was started, whatever it executes, and what it forks, which goes on from
 * the count of its copy; not the programs that others execute. Statuses are the numbers of the first allocation that failed.
 *
 * expect: leaks none
 * expect: valgrind same
 *
 * expect: case fork
 * expect: args fork
 * expect: options --fail-alloc=5
 * expect: failing 10 status 1
 * expect: process exit 5
 * expect: process exit 55
 * expect: status 55
 *
 * expect: case child_executes
 * expect: args child-executes
 * expect: options --fail-alloc=5
 * expect: failing 10 status 1
 * expect: process exec
 * expect: process exit 0
 * expect: process exit 5
 * expect: status 5
 *
 * expect: case executes
 * expect: args executes
 * expect: options --fail-alloc=5
 * expect: failing 10 status 1
 * expect: process exec
 * expect: process exit 5
 * expect: status 5 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

/* Allocates up to number 10; returns the number of the first that failed, or 0. */
static NOINLINE int allocate(int from)
{
    int failed = 0;
    for (int number = from; number <= 10; number++) {
        void *block = opaque(malloc(40));
        if (block == NULL && failed == 0)
            failed = number;
        free(block);
    }
    return failed;
}

static int wait_for(pid_t child)
{
    int status;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int own = 0, childs = 0, from = 1;

    if (strcmp(what, "executes") == 0) {
        execl(argv[0], argv[0], NULL);
        return 98;
    }
    if (what[0] != '\0') {
        free(opaque(malloc(1))); /* 1 and 2 before the fork */
        free(opaque(malloc(1)));
        from = 3;
        pid_t child = fork();
        if (child == 0 && strcmp(what, "child-executes") == 0)
            execl(argv[0], argv[0], NULL);
        if (child == 0)
            _exit(allocate(from));
        childs = wait_for(child);
    }
    own = allocate(from);
    clear_stack();
    return own + 10 * childs;
}
