/* SPDX-License-Identifier: MIT
 * Times and timers. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "call_scene.h"

/* Dates are in the local time zone. */
static void in_utc(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
}

TestSuite(time_decoders, .init = in_utc);

Test(time_decoders, times_of_files_have_a_date)
{
    const int64_t seconds[] = {1700000000, 0}, micro[] = {1700000000, 5, 0, 0}, nano[] = {1700000000, 7, 1, UTIME_NOW};

    expect_decoded(SYS_utime, (const uint64_t[6]){0, SCENE_MEMORY}, seconds, sizeof seconds, 0,
                   "utime(NULL, {actime=1700000000 /* 2023-11-14T22:13:20+0000 */, modtime=0}) = 0");
    expect_decoded(
        SYS_utimes, (const uint64_t[6]){0, SCENE_MEMORY}, micro, sizeof micro, 0,
        "utimes(NULL, [{tv_sec=1700000000, tv_usec=5} /* 2023-11-14T22:13:20.000005+0000 */, {tv_sec=0, tv_usec=0}]) = 0");
    expect_decoded(
        SYS_utimensat, (const uint64_t[6]){3, 0, SCENE_MEMORY, 0}, nano, sizeof nano, 0,
        "utimensat(3, NULL, [{tv_sec=1700000000, tv_nsec=7} /* 2023-11-14T22:13:20.000000007+0000 */, UTIME_NOW], 0) = 0");
}

Test(time_decoders, what_is_no_time_has_no_date)
{
    const int64_t wrong[] = {1700000000, -1, 1, UTIME_OMIT};

    expect_decoded(SYS_utimensat, (const uint64_t[6]){3, 0, SCENE_MEMORY, 0}, wrong, sizeof wrong, -22,
                   "utimensat(3, NULL, [{tv_sec=1700000000, tv_nsec=18446744073709551615}, UTIME_OMIT], 0) = "
                   "-1 EINVAL (Invalid argument)");
}

Test(time_decoders, the_time_is_a_date)
{
    const int64_t seconds = 1700000000;

    expect_decoded(SYS_time, (const uint64_t[6]){SCENE_MEMORY}, &seconds, sizeof seconds, seconds,
                   "time([1700000000 /* 2023-11-14T22:13:20+0000 */]) = 1700000000 (2023-11-14T22:13:20+0000)");
    expect_decoded(SYS_time, (const uint64_t[6]){0}, NULL, 0, 0, "time(NULL) = 0");
}

Test(time_decoders, time_is_left_only_if_a_signal_ended_the_sleep)
{
    const int64_t time[] = {5, 6};

    expect_decoded(SYS_nanosleep, (const uint64_t[6]){SCENE_MEMORY, SCENE_MEMORY}, time, sizeof time, -516,
                   "nanosleep({tv_sec=5, tv_nsec=6}, {tv_sec=5, tv_nsec=6}) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)");
    expect_decoded(SYS_nanosleep, (const uint64_t[6]){SCENE_MEMORY, SCENE_MEMORY}, time, sizeof time, 0,
                   "nanosleep({tv_sec=5, tv_nsec=6}, 0x10000) = 0");
    expect_decoded(SYS_clock_nanosleep, (const uint64_t[6]){CLOCK_REALTIME, TIMER_ABSTIME, SCENE_MEMORY, SCENE_MEMORY}, time,
                   sizeof time, -4,
                   "clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, {tv_sec=5, tv_nsec=6}, 0x10000) = "
                   "-1 EINTR (Interrupted system call)");
}

static void expect_event(const struct sigevent *event, const char *text)
{
    char expected[256];

    snprintf(expected, sizeof expected, "timer_create(CLOCK_REALTIME, %s, NULL) = 0", text);
    expect_decoded(SYS_timer_create, (const uint64_t[6]){CLOCK_REALTIME, SCENE_MEMORY, 0}, event, sizeof *event, 0, expected);
}

Test(time_decoders, an_event_has_what_its_kind_needs)
{
    struct sigevent event = {.sigev_signo = SIGALRM};

    expect_event(&event, "{sigev_signo=SIGALRM, sigev_notify=SIGEV_SIGNAL}");
    event.sigev_notify = SIGEV_NONE;
    event.sigev_value.sival_int = 5;
    expect_event(&event, "{sigev_value={sival_int=5, sival_ptr=0x5}, sigev_signo=14, sigev_notify=SIGEV_NONE}");
    event.sigev_notify = SIGEV_THREAD_ID;
    event._sigev_un._tid = 77;
    expect_event(&event, "{sigev_value={sival_int=5, sival_ptr=0x5}, sigev_signo=SIGALRM, sigev_notify=SIGEV_THREAD_ID, "
                         "sigev_notify_thread_id=77}");
}
