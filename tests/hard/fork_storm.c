/* SPDX-License-Identifier: MIT
 *
 * Three hundred children, up to thirty at a time, each of which takes and loses a block and ends with a status of its own.
 *
 * cases: P12 P13
 * ways: run trace
 * report: .summary.definite == {"blocks": 300, "bytes": 3300} */
#include <sys/wait.h>

#include "hard.h"

enum { CHILDREN = 300, AT_A_TIME = 30 };

static void collect(int statuses[256])
{
    int status;

    REQUIRE(wait(&status) > 0 && WIFEXITED(status), "status %#x", status);
    statuses[WEXITSTATUS(status)]++;
}

int main(void)
{
    int statuses[256] = {0};

    for (int i = 0; i < CHILDREN; i++) {
        if (i >= AT_A_TIME)
            collect(statuses);
        if (fork() == 0) {
            hard_lose(11);
            _exit(i % 100);
        }
    }
    for (int i = 0; i < AT_A_TIME; i++)
        collect(statuses);
    for (int i = 0; i < 100; i++)
        REQUIRE(statuses[i] == CHILDREN / 100, "%d ended with %d", statuses[i], i);
    return hard_ok();
}
