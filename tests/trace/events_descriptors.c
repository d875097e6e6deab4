/* SPDX-License-Identifier: MIT
 * Descriptors of events: eventfd, signalfd, timerfd. */
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "trace_program.h"

static void counters(void)
{
    const int fd = (int)CALL(eventfd2, 3, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
    unsigned long number = 0xffffffffffffffff;

    CALL(eventfd, 7);
    CALL(eventfd2, -1, 0);
    CALL(eventfd2, 0, 0x10000);
    CALL(eventfd2, 0, EFD_CLOEXEC | 0x10000);
    CALL(read, fd, &number, sizeof number);
    number = 5;
    CALL(write, fd, &number, sizeof number);
}

static void signals(void)
{
    const unsigned long set = 1UL << (SIGUSR1 - 1) | 1UL << (SIGRTMIN + 2 - 1);
    const int fd = (int)CALL(signalfd4, -1, &set, sizeof set, SFD_CLOEXEC | SFD_NONBLOCK);

    CALL(signalfd4, fd, &(unsigned long){~0UL}, sizeof set, 0);
    CALL(signalfd4, -1, &set, sizeof set, 0x1234);
    CALL(signalfd4, -1, &set, 4, 0);
    CALL(signalfd4, -1, NOWHERE, sizeof set, 0);
    CALL(signalfd4, -1, NULL, sizeof set, 0);
    CALL(signalfd, -1, &set, sizeof set);
    CALL(signalfd, 99, &set, sizeof set);
}

static void timers(void)
{
    struct itimerspec value = {{1000, 5}, {2000, 6}}, old;
    const int fd = (int)CALL(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

    CALL(timerfd_create, 77, 0);
    CALL(timerfd_create, CLOCK_REALTIME_ALARM, 0x12345);
    CALL(timerfd_gettime, fd, &old);
    CALL(timerfd_settime, fd, 0, &value, NULL);
    value = (struct itimerspec){0};
    CALL(timerfd_settime, fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &value, NULL);
    CALL(timerfd_settime, fd, 0, &value, NULL);
    value.it_value.tv_nsec = -1;
    CALL(timerfd_settime, fd, 0x100, &value, &old);
    CALL(timerfd_settime, fd, 0, NULL, NULL);
    CALL(timerfd_settime, -1, 0, NOWHERE, NOWHERE);
    CALL(timerfd_gettime, fd, NULL);
    CALL(timerfd_gettime, -1, &old);
}

int main(void)
{
    counters();
    signals();
    timers();
    return 0;
}
