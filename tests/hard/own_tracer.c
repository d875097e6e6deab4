/* SPDX-License-Identifier: MIT
 *
 * A program that traces its own child: where somebody traces it already, it is refused, and says so; its child runs to its end.
 *
 * cases: P23
 * ways: run trace */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "hard.h"

int main(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
            raise(SIGSTOP);
        else if (errno != EPERM)
            _exit(1);
        _exit(13);
    }
    REQUIRE(waitpid(child, &status, 0) == child, "no child");
    if (WIFSTOPPED(status)) {
        REQUIRE(ptrace(PTRACE_CONT, child, NULL, NULL) == 0, "%s", strerror(errno));
        REQUIRE(waitpid(child, &status, 0) == child, "no child");
    }
    REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 13, "status %#x", status);
    return hard_ok();
}
