/* SPDX-License-Identifier: MIT
 *
 * A child that asks not to be traced, and one without a signal at its end: both end as they say, and their parent sees it.
 *
 * cases: P08 P09
 * ways: run trace look follow */
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "hard.h"

static void check(unsigned long flags, int options)
{
    int status;
    pid_t pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, 0);

    if (pid == 0)
        _exit(6);
    REQUIRE(pid > 0, "clone failed");
    REQUIRE(waitpid(pid, &status, options) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 6, "status %#x", status);
}

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    check(CLONE_UNTRACED | SIGCHLD, 0);
    check(0, __WALL);
    check(CLONE_UNTRACED, __WALL);
    return hard_ok();
}
