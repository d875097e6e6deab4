/* SPDX-License-Identifier: MIT
 *
 * Three hundred children, or as many as the argument says, up to thirty at a time, each of which takes and loses a block and ends
 * with a status of its own.
 *
 * cases: P12 P13
 * ways: run trace
 * report: .summary.definite == {"blocks": 300, "bytes": 3300} */
#include <sys/wait.h>

#include "hard.h"

enum { AT_A_TIME = 30, STATUSES = 100 };

static void collect(int statuses[256])
{
    int status;

    REQUIRE(wait(&status) > 0 && WIFEXITED(status), "status %#x", status);
    statuses[WEXITSTATUS(status)]++;
}

int main(int argc, char *argv[])
{
    const int children = (int)hard_count(argc, argv, 300);
    int statuses[256] = {0};

    for (int i = 0; i < children; i++) {
        if (i >= AT_A_TIME)
            collect(statuses);
        if (fork() == 0) {
            hard_lose(11);
            _exit(i % STATUSES);
        }
    }
    for (int i = 0; i < AT_A_TIME; i++)
        collect(statuses);
    for (int i = 0; i < STATUSES; i++)
        REQUIRE(statuses[i] == children / STATUSES, "%d ended with %d", statuses[i], i);
    return hard_ok();
}
