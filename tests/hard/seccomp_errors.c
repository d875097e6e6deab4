/* SPDX-License-Identifier: MIT
 *
 * A filter of the program's own that answers calls with an error, with SIGSYS and with the end of a child: as without anybody
 * else's filter.
 *
 * cases: P27
 * ways: run trace look follow */
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "hard.h"
#include "hard_seccomp.h"

static siginfo_t seen;

static void on_sigsys(int number, siginfo_t *information, void *context)
{
    seen = *information;
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};
    int status;

    hard_begin(argc, argv);
    sigaction(SIGSYS, &action, NULL);
    hard_filter(SYS_getppid, SECCOMP_RET_ERRNO | EXDEV);
    hard_filter(SYS_getuid, SECCOMP_RET_TRAP | 17);
    hard_filter(SYS_getgid, SECCOMP_RET_KILL_PROCESS);
    REQUIRE(syscall(SYS_getppid) == -1 && errno == EXDEV, "getppid: %s", strerror(errno));
    syscall(SYS_getuid);
    REQUIRE(seen.si_signo == SIGSYS && seen.si_syscall == SYS_getuid && seen.si_errno == 17, "signal %d, call %d, data %d",
            seen.si_signo, seen.si_syscall, seen.si_errno);
    pid_t pid = fork();
    if (pid == 0) {
        syscall(SYS_getgid);
        _exit(1);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "status %#x", status);
    return hard_ok();
}
