/* SPDX-License-Identifier: MIT
 *
 * A burst of stops, continuations and a termination at a child: it ends by the termination, however they were merged.
 *
 * cases: P02
 * ways: run trace look follow */
#include <signal.h>
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    int status;

    hard_begin(argc, argv);
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        if (child == 0)
            for (;;)
                pause();
        kill(child, SIGSTOP);
        kill(child, SIGCONT);
        kill(child, SIGSTOP);
        kill(child, SIGTERM);
        kill(child, SIGCONT);
        REQUIRE(waitpid(child, &status, 0) == child, "not its end");
        REQUIRE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "status %#x", status);
    }
    return hard_ok();
}
