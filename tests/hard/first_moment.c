/* SPDX-License-Identifier: MIT
 *
 * Nothing of what starts a program under leakwatch can be seen by it: no signal is pending or blocked, none is ignored, it leads no
 * process group of its own, and nothing keeps it from gaining privileges.
 *
 * cases: P01 P31 P41
 * ways: run trace */
#include <signal.h>
#include <sys/prctl.h>

#include "hard.h"

int main(void)
{
    sigset_t set;

    sigpending(&set);
    REQUIRE(sigisemptyset(&set), "a signal is pending");
    sigprocmask(SIG_BLOCK, NULL, &set);
    REQUIRE(sigisemptyset(&set), "a signal is blocked");
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0)
            REQUIRE(action.sa_handler == SIG_DFL || number == SIGPIPE, "signal %d is not left at its default", number);
    }
    REQUIRE(getpgrp() != getpid() || getsid(0) == getpid(), "a process group of its own");
    REQUIRE(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0, "no new privileges");
    REQUIRE(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1, "not dumpable");
    REQUIRE(prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0 || getenv("PATH"), "a filter without need");
    return hard_ok();
}
