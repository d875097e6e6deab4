/* SPDX-License-Identifier: MIT
 *
 * A process that gives up its user after it has started is watched to its end, though it may not be read by that user any more.
 *
 * cases: P26 P34
 * needs: root
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 61} and .processes[0].coverage.heap == "full" */
#include <sys/prctl.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    REQUIRE(setgid(65534) == 0 && setuid(65534) == 0, "still the same user");
    REQUIRE(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1, "readable");
    for (int i = 0; i < 10000; i++)
        free(malloc(100));
    hard_lose(61);
    return hard_ok();
}
