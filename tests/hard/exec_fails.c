/* SPDX-License-Identifier: MIT
 *
 * Programs that cannot be executed: the process goes on as it was, each time, and what it holds is still its own.
 *
 * cases: P18
 * ways: run trace look follow
 * report: (.processes | length) == 1 and .processes[0].end.how == "exit" and .summary.definite.blocks == 0 */
#include <errno.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    char *none[] = {"none", NULL};
    const char *volatile nowhere = (const char *)1;

    hard_begin(argc, argv);
    char *held = malloc(1000);
    for (int round = 0; round < 20; round++) {
        REQUIRE(execv("/no/such/program", none) == -1 && errno == ENOENT, "%s", strerror(errno));
        REQUIRE(execv("/etc/passwd", none) == -1 && errno == EACCES, "%s", strerror(errno));
        REQUIRE(execv("/", none) == -1 && errno == EACCES, "%s", strerror(errno));
        REQUIRE(execv(nowhere, none) == -1 && errno == EFAULT, "%s", strerror(errno));
    }
    free(held);
    return hard_ok();
}
