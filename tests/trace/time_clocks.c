/* SPDX-License-Identifier: MIT
 * Clocks. */
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

#include "trace_program.h"

int main(void)
{
    struct timespec time = {0, 0}, strange = {-5, -7};
    struct timeval microseconds;
    struct timezone zone = {60, 1};
    struct timex adjust = {.modes = 0};
    long seconds;

    CALL(clock_gettime, CLOCK_MONOTONIC, &time);
    CALL(clock_gettime, CLOCK_REALTIME_COARSE, NULL);
    CALL(clock_gettime, 77, &time);
    CALL(clock_gettime, -6, &time);
    CALL(clock_gettime, ~(unsigned)getpid() << 3 | 2, &time);
    CALL(clock_gettime, ~12345678U << 3 | 6, &time);
    CALL(clock_gettime, ~5U << 3 | 3, &time);
    CALL(clock_getres, CLOCK_BOOTTIME, &time);
    CALL(clock_getres, CLOCK_TAI, NULL);
    CALL(clock_settime, CLOCK_MONOTONIC, &strange);
    CALL(clock_settime, CLOCK_MONOTONIC, NULL);
    CALL(gettimeofday, &microseconds, &zone);
    CALL(gettimeofday, NULL, NULL);
    CALL(gettimeofday, NOWHERE, NULL);
    zone.tz_minuteswest = 9999;
    microseconds.tv_usec = -3;
    CALL(settimeofday, &microseconds, &zone);
    CALL(time, &seconds);
    CALL(time, NULL);
    CALL(adjtimex, &adjust);
    adjust.modes = ADJ_OFFSET | 0x800;
    adjust.status = STA_PLL | STA_NANO;
    CALL(adjtimex, NOWHERE);
    CALL(adjtimex, NULL);
    adjust.modes = 0;
    CALL(clock_adjtime, CLOCK_REALTIME, &adjust);
    adjust.modes = 0x8000 | 2;
    CALL(clock_adjtime, CLOCK_MONOTONIC, &adjust);
    return 0;
}
