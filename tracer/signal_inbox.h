/* SPDX-License-Identifier: MIT
 *
 * Signals to the supervisor, and its alarm clock. Handlers only note that a signal came; what waits in the kernel is woken.
 * wait4(2) knows no set of signals to wait with, so a signal may come between the look at the notes and the beginning of the wait.
 * Therefore the alarm clock rings again and again until it is set anew: a wait that should not have begun ends a moment later.
 *
 * One inbox for the process: handlers have no argument. */
#ifndef LEAKWATCH_TRACER_SIGNAL_INBOX_H
#define LEAKWATCH_TRACER_SIGNAL_INBOX_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* For sigaction(2), without SA_RESTART: notes the signal. Async-signal-safe. */
void signal_inbox_note(int signal);

/* Makes the alarm clock, which uses SIGALRM. Returns 0 or -errno. */
int signal_inbox_open(void);
void signal_inbox_close(void);

/* A signal that came and has not been taken; 0: none. SIGALRM is never among them. */
int signal_inbox_take(void);
/* Sees to it that a wait ends at `deadline_ns` of the monotonic clock (UINT64_MAX: never). Cheap if it is as it was. */
void signal_inbox_wake_at(uint64_t deadline_ns);
/* Whether the alarm clock rang since it was set. */
bool signal_inbox_rang(void);

#endif
