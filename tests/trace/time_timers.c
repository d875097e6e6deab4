/* SPDX-License-Identifier: MIT
 * Timers. */
#include <signal.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

#include "trace_program.h"

static void intervals(void)
{
    struct itimerval value = {{1, 2}, {3600, 0}}, old;

    CALL(getitimer, ITIMER_REAL, &old);
    CALL(setitimer, ITIMER_VIRTUAL, &value, &old);
    CALL(setitimer, ITIMER_PROF, NULL, NULL);
    value.it_interval.tv_usec = 1000000;
    CALL(setitimer, 77, &value, &old);
    CALL(setitimer, ITIMER_REAL, NOWHERE, NOWHERE);
    CALL(getitimer, ITIMER_REAL, NULL);
    CALL(alarm, 0);
    CALL(alarm, 7200);
    CALL(alarm, 0xffffffff);
    CALL(alarm, 0);
}

static void posix(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec value = {{0, 0}, {1000000000, 5}}, old;
    int timer = -1;

    event.sigev_value.sival_ptr = &event;
    CALL(timer_create, CLOCK_MONOTONIC, &event, &timer);
    CALL(timer_settime, timer, 0, &value, NULL);
    CALL(timer_settime, timer, TIMER_ABSTIME, &value, NULL);
    CALL(timer_settime, 77, 3, &value, &old);
    CALL(timer_settime, timer, 0, NULL, NULL);
    CALL(timer_gettime, timer, NULL);
    CALL(timer_gettime, 77, &value);
    CALL(timer_getoverrun, timer);
    CALL(timer_delete, timer);
    CALL(timer_delete, timer);
    event.sigev_notify = SIGEV_NONE;
    event.sigev_value.sival_ptr = NULL;
    event.sigev_value.sival_int = 5;
    CALL(timer_create, CLOCK_REALTIME, &event, &timer);
    event.sigev_notify = SIGEV_THREAD_ID;
    event._sigev_un._tid = getpid();
    CALL(timer_create, CLOCK_REALTIME, &event, &timer);
    event.sigev_notify = SIGEV_THREAD;
    event.sigev_notify_function = NULL;
    event.sigev_notify_attributes = NULL;
    CALL(timer_create, CLOCK_REALTIME, &event, &timer);
    event.sigev_notify = 77;
    event.sigev_signo = 99;
    CALL(timer_create, 77, &event, &timer);
    CALL(timer_create, CLOCK_REALTIME, NULL, &timer);
    CALL(timer_create, CLOCK_REALTIME, NOWHERE, NULL);
}

static void descriptors(void)
{
    struct itimerspec value = {{0, 0}, {0, 1}}, old;
    const int fd = (int)CALL(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

    CALL(timerfd_create, 77, 1);
    CALL(timerfd_settime, fd, 0, &(struct itimerspec){0}, &old);
    CALL(timerfd_settime, fd, TFD_TIMER_ABSTIME, &value, NULL);
    CALL(timerfd_settime, fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET | 4, &value, &old);
    CALL(timerfd_settime, fd, 0, NULL, NULL);
    CALL(timerfd_gettime, fd, &old);
    CALL(timerfd_gettime, -1, &old);
}

int main(void)
{
    intervals();
    posix();
    descriptors();
    return 0;
}
