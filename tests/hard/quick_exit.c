/* SPDX-License-Identifier: MIT
 *
 * quick_exit() runs its own handlers only, and what is lost by then is reported.
 *
 * cases: S10
 * status: 12
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 91} */
#include "hard.h"

static void say(void)
{
    REQUIRE(write(STDOUT_FILENO, "quick\n", 6) == 6, "nobody listens");
}

static void never(void)
{
    REQUIRE(0, "a handler of exit() ran");
}

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    atexit(never);
    at_quick_exit(say);
    hard_lose(91);
    quick_exit(12);
}
