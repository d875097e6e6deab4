/* SPDX-License-Identifier: MIT
 * Children, and what became of them. */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "trace_program.h"

static pid_t child(int status, int signal)
{
    const pid_t pid = (pid_t)CALL(fork);

    if (pid == 0) {
        if (signal)
            CALL(kill, getpid(), signal);
        _exit(status);
    }
    return pid;
}

static void waitid_forms(void)
{
    siginfo_t info;
    struct rusage usage;

    pid_t pid = child(3, 0);
    CALL(waitid, P_PID, pid, &info, WEXITED | WNOWAIT, &usage);
    CALL(waitid, P_ALL, 0, &info, WEXITED, NULL);
    pid = child(0, SIGTERM);
    CALL(waitid, P_PID, pid, &info, WEXITED, NULL);
    pid = child(0, SIGSTOP);
    CALL(waitid, P_PID, pid, &info, WSTOPPED, NULL);
    CALL(kill, pid, SIGCONT);
    CALL(waitid, P_PID, pid, &info, WEXITED, NULL);
    CALL(waitid, P_PGID, 1, &info, WEXITED, NULL);
    CALL(waitid, P_PIDFD, 1, NULL, 0, NULL);
    CALL(waitid, 7, 1, &info, WEXITED | 0x100, &usage);
}

int main(void)
{
    int status;
    struct rusage usage;

    hold_child_signals();
    CALL(wait4, -1, &status, WNOHANG, NULL);
    child(7, 0);
    CALL(wait4, -1, &status, 0, &usage);
    child(0, SIGKILL);
    CALL(wait4, -1, &status, __WALL, NULL);
    pid_t pid = child(0, SIGSTOP);
    CALL(wait4, pid, &status, WUNTRACED, NULL);
    CALL(wait4, pid, &status, WNOHANG, &usage);
    CALL(kill, pid, SIGCONT);
    CALL(wait4, pid, NULL, 0, NULL);
    child(256 + 9, 0);
    CALL(wait4, 0, &status, WNOHANG & 0, NULL);
    CALL(wait4, -1, NOWHERE, 0x10, NULL);
    CALL(wait4, -12345, NULL, WCONTINUED, NOWHERE);
    waitid_forms();
    release_child_signals();
    return 0;
}
