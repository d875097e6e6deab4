/* SPDX-License-Identifier: MIT
 *
 * ^C reaches the whole group in the foreground: the program decides what becomes of it, leakwatch waits for that.
 *
 * cases: P42 P41
 * status: 42
 * ways: run trace */
#include <signal.h>

#include "hard.h"

static void on_interrupt(int number)
{
    _exit(42);
}

int main(void)
{
    signal(SIGINT, on_interrupt);
    kill(0, SIGINT); /* all of the group, with who watches it */
    for (;;)
        pause();
}
