/* SPDX-License-Identifier: MIT
 *
 * A parent that waits for one child with a time limit sees another one's end, too: whoever watches takes none of its news away.
 *
 * cases: V21
 * ways: run trace look follow */
#include <signal.h>
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    siginfo_t information = {0};
    int status;

    hard_begin(argc, argv);
    for (int i = 0; i < 20; i++) {
        pid_t first = fork();
        if (first == 0)
            _exit(20 + i);
        REQUIRE(waitid(P_PID, (id_t)first, &information, WEXITED | WNOWAIT) == 0, "no news");
        REQUIRE(information.si_pid == first && information.si_code == CLD_EXITED && information.si_status == 20 + i, "status %d",
                information.si_status);
        REQUIRE(waitpid(first, &status, 0) == first && WEXITSTATUS(status) == 20 + i, "status %#x", status);
    }
    return hard_ok();
}
