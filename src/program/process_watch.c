/* SPDX-License-Identifier: MIT */
#include "process_watch.h"

#include <errno.h>
#include <poll.h>

#include "base/clock_ns.h"
#include "limits/kernel_files.h"
#include "limits/process_stat.h"

/* Those that are held back stay blocked after the watch, as after a session (tracer/inherited_state.h): what was found is reported
 * before they end us. */
static const struct {
    int number;
    bool is_held_back;
} noted[] = {{SIGUSR1, false}, {SIGINT, true}, {SIGQUIT, false}, {SIGTERM, true}, {SIGHUP, true}};
enum { NOTED = sizeof noted / sizeof *noted };
_Static_assert(NOTED == sizeof((struct process_watch *)0)->old_actions / sizeof(struct sigaction),
               "room for the old action of each");

static volatile sig_atomic_t interrupted, woken;

static void note(int number)
{
    if (number == SIGUSR1)
        woken = 1;
    else
        interrupted = 1;
}

/* 0: not known. */
static uint64_t read_start_time(pid_t pid)
{
    struct process_stat stat = {0};
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return 0;
    process_stat_read(&files, pid, &stat);
    kernel_files_close(&files);
    return stat.start_ticks.value;
}

void process_watch_init(struct process_watch *watch, pid_t pid)
{
    const struct sigaction action = {.sa_handler = note};
    sigset_t mask;

    *watch = (struct process_watch){.process = process_handle_open(pid), .start_time = read_start_time(pid)};
    interrupted = woken = 0;
    sigprocmask(SIG_SETMASK, NULL, &watch->old_mask);
    watch->waiting_mask = mask = watch->old_mask;
    for (int i = 0; i < NOTED; i++) {
        const int number = noted[i].number;
        sigaction(number, NULL, &watch->old_actions[i]);
        if (watch->old_actions[i].sa_handler == SIG_IGN && number != SIGUSR1)
            continue;
        sigaction(number, &action, NULL);
        sigaddset(&mask, number);
        sigdelset(&watch->waiting_mask, number);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

void process_watch_finish(struct process_watch *watch)
{
    sigset_t mask = watch->old_mask;

    for (int i = 0; i < NOTED; i++) {
        sigaction(noted[i].number, &watch->old_actions[i], NULL);
        if (noted[i].is_held_back)
            sigaddset(&mask, noted[i].number);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    process_handle_close(&watch->process);
}

bool process_watch_is_there(const struct process_watch *watch)
{
    return !process_handle_has_ended(&watch->process) && watch->start_time != 0 &&
           read_start_time(watch->process.pid) == watch->start_time;
}

static struct timespec time_until(uint64_t deadline_ns)
{
    const uint64_t now = clock_ns(CLOCK_MONOTONIC), left = deadline_ns > now ? deadline_ns - now : 0;

    return (struct timespec){(time_t)(left / 1000000000), (long)(left % 1000000000)};
}

/* Without a descriptor of the process its end is noticed at the next look. */
enum process_watch_end process_watch_wait(const struct process_watch *watch, uint64_t nanoseconds)
{
    const uint64_t now = clock_ns(CLOCK_MONOTONIC),
                   deadline_ns = nanoseconds < UINT64_MAX / 2 - now ? now + nanoseconds : UINT64_MAX / 2;
    struct pollfd process = {.fd = watch->process.descriptor, .events = POLLIN};

    for (;;) {
        /* What came before is asked first; what comes from here on ends ppoll(2), which alone lets it in. */
        if (interrupted)
            return WATCH_INTERRUPTED;
        if (woken) {
            woken = 0;
            return WATCH_TIME;
        }
        const struct timespec left = time_until(deadline_ns);
        const int ready = ppoll(&process, 1, &left, &watch->waiting_mask);
        if (ready > 0)
            return WATCH_ENDED;
        if (ready == 0)
            return WATCH_TIME;
    }
}
