/* SPDX-License-Identifier: MIT
 *
 * A child is stopped by SIGSTOP and goes on by SIGCONT: its parent is told of both, in this order, and of its end.
 *
 * cases: P03
 * ways: run trace look follow */
#include <signal.h>
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    int status, ends[2];
    char byte;

    hard_begin(argc, argv);
    REQUIRE(pipe(ends) == 0, "no pipe");
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(read(ends[0], &byte, 1) == 1 ? 5 : 6);
    }
    REQUIRE(waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP, "status %#x", status);
    kill(child, SIGCONT);
    REQUIRE(waitpid(child, &status, WCONTINUED) == child && WIFCONTINUED(status), "status %#x", status);
    REQUIRE(write(ends[1], "x", 1) == 1, "nobody reads");
    REQUIRE(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 5, "status %#x", status);
    return hard_ok();
}
