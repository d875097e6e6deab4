/* SPDX-License-Identifier: MIT
 *
 * Children by vfork, one after the other and within each other, that execute or end: parents go on when they should.
 *
 * cases: P10
 * ways: run trace look follow */
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    int status;

    hard_begin(argc, argv);
    for (int round = 0; round < 10; round++) {
        pid_t pid = vfork();
        if (pid == 0) {
            execl("/bin/true", "true", NULL);
            _exit(9);
        }
        REQUIRE(waitpid(pid, &status, 0) == pid && status == 0, "status %#x", status);
        pid = vfork();
        if (pid == 0)
            _exit(7);
        REQUIRE(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 7, "status %#x", status);
    }
    return hard_ok();
}
