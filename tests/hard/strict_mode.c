/* SPDX-License-Identifier: MIT
 *
 * A process that may only read, write and end (strict mode of seccomp) goes on to allocate from what it has: nobody calls the
 * kernel for it.
 *
 * cases: P30
 * ways: look follow */
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    int status;

    free(malloc(60000));
    hard_begin(argc, argv);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
        for (size_t i = 0; i < 1000; i++)
            free(malloc(i));
        syscall(SYS_exit, 14);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 14, "status %#x", status);
    return hard_ok();
}
