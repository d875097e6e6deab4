/* SPDX-License-Identifier: MIT
 *
 * A child in user and mount namespaces of its own, whose root is an empty folder: it runs there, and what it loses has names.
 *
 * cases: P52 P51
 * ways: run trace
 * report: [.processes[].leaks.records[]? | select(.kind == "definite") | .stack[].function] | index("lose_inside") */
#include <sched.h>
#include <sys/wait.h>

#include "hard.h"

__attribute__((noinline)) static void lose_inside(void)
{
    hard_lose(13);
}

int main(void)
{
    char folder[] = "/tmp/leakwatch-test-XXXXXX";
    int status;

    REQUIRE(mkdtemp(folder), "no folder");
    pid_t pid = fork();
    if (pid == 0) {
        if (geteuid() != 0 && unshare(CLONE_NEWUSER) != 0)
            _exit(3); /* not allowed here */
        if (unshare(CLONE_NEWNS) != 0 || chroot(folder) != 0 || chdir("/") != 0)
            _exit(2);
        lose_inside();
        _exit(access("/proc", F_OK) == 0);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "status %#x", status);
    rmdir(folder);
    REQUIRE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3, "status %d", WEXITSTATUS(status));
    return hard_ok();
}
