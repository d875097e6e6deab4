/* SPDX-License-Identifier: MIT */
#include "signal_inbox.h"

#include <errno.h>
#include <stdatomic.h>
#include <time.h>

/* How often the clock rings until it is heard. */
static const long repeat_ns = 20000000;

static struct {
    timer_t clock;
    bool open;
    _Atomic uint64_t pending; /* bit N - 1: signal N */
    atomic_bool rang;
    _Atomic uint64_t set_to; /* what the clock was set to */
} inbox = {.set_to = UINT64_MAX};

static void set_clock(uint64_t deadline_ns)
{
    const struct itimerspec never = {{0}},
                            at = {.it_interval = {0, repeat_ns},
                                  .it_value = {(time_t)(deadline_ns / 1000000000), (long)(deadline_ns % 1000000000)}};

    timer_settime(inbox.clock, TIMER_ABSTIME, deadline_ns == UINT64_MAX ? &never : &at, NULL);
}

void signal_inbox_note(int signal)
{
    const int error = errno;

    if (signal == SIGALRM) {
        inbox.rang = true;
    } else {
        inbox.pending |= UINT64_C(1) << (signal - 1);
        inbox.set_to = 1; /* long past: it rings now, and is to be set anew */
        set_clock(1);
    }
    errno = error;
}

int signal_inbox_open(void)
{
    struct sigevent ring = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

    if (timer_create(CLOCK_MONOTONIC, &ring, &inbox.clock) != 0)
        return -errno;
    inbox.pending = 0;
    inbox.rang = false;
    inbox.set_to = UINT64_MAX;
    inbox.open = true;
    return 0;
}

void signal_inbox_close(void)
{
    if (inbox.open)
        timer_delete(inbox.clock);
    inbox.open = false;
}

int signal_inbox_take(void)
{
    const uint64_t pending = inbox.pending;

    if (pending == 0)
        return 0;
    const int signal = __builtin_ctzll(pending) + 1;
    inbox.pending &= ~(UINT64_C(1) << (signal - 1));
    return signal;
}

void signal_inbox_wake_at(uint64_t deadline_ns)
{
    if (inbox.set_to == deadline_ns)
        return;
    inbox.set_to = deadline_ns; /* before the clock: a signal that comes between the two sets both again */
    inbox.rang = false;
    set_clock(deadline_ns);
    if (inbox.pending != 0)
        set_clock(1);
}

bool signal_inbox_rang(void)
{
    return inbox.rang;
}
