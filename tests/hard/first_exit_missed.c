/* SPDX-License-Identifier: MIT
 *
 * Programs that end at once when they have made a child, which ends at once, too: both ends are seen.
 *
 * cases: P14
 * ways: run trace
 * report: [.processes[] | select(.end.how == "exit")] | length == 101 */
#include <sys/wait.h>

#include "hard.h"

int main(void)
{
    int status;

    for (int i = 0; i < 50; i++) {
        pid_t pid = fork();
        if (pid == 0)
            _exit(fork() != 0);
        REQUIRE(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 1, "status %#x", status);
    }
    return hard_ok();
}
