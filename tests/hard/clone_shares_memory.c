/* SPDX-License-Identifier: MIT
 *
 * A process that shares the memory of its parent without being a thread of it: what it takes and gives back is of one heap.
 *
 * cases: P07 S30
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 77} and .summary.errors == 1 */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "hard.h"

static char *volatile from_parent, *volatile from_child;

static int child(void *unused)
{
    free(from_parent);
    from_child = malloc(200);
    return 3;
}

int main(int argc, char *argv[])
{
    static char stack[65536] __attribute__((aligned(16)));
    int status;

    hard_begin(argc, argv);
    from_parent = malloc(100);
    pid_t pid = clone(child, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
    REQUIRE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 3, "status %#x", status);
    free(from_child);
    hard_lose(77);
    return hard_ok();
}
