/* SPDX-License-Identifier: MIT
 * Sleeping, and being woken. */
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "trace_program.h"

static void handler(int signal)
{
}

int main(void)
{
    struct timespec none = {0, 1}, wrong = {-1, 0}, hour = {3600, 0}, rest = {0, 0};
    struct itimerval soon = {{0, 0}, {0, 10000}};

    CALL(nanosleep, &none, NULL);
    CALL(nanosleep, &none, &rest);
    CALL(nanosleep, &wrong, &rest);
    CALL(nanosleep, NULL, &rest);
    CALL(nanosleep, NOWHERE, NULL);
    CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &none, &rest);
    CALL(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &none, &rest);
    CALL(clock_nanosleep, CLOCK_REALTIME, 6, &wrong, NULL);
    signal(SIGALRM, handler);
    CALL(setitimer, ITIMER_REAL, &soon, NULL);
    CALL(nanosleep, &hour, &rest);
    CALL(setitimer, ITIMER_REAL, &soon, NULL);
    CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &hour, &rest);
    CALL(setitimer, ITIMER_REAL, &soon, NULL);
    CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &hour, NULL);
    CALL(setitimer, ITIMER_REAL, &soon, NULL);
    CALL(pause);
    return 0;
}
