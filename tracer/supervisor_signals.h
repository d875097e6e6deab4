/* SPDX-License-Identifier: MIT
 *
 * The supervisor's own signals. The program must not see what is changed here: it starts with what the caller had. */
#ifndef LEAKWATCH_TRACER_SUPERVISOR_SIGNALS_H
#define LEAKWATCH_TRACER_SUPERVISOR_SIGNALS_H

#include <signal.h>

struct supervisor_signals {
    sigset_t handled; /* blocked, and taken by sigtimedwait(2) */
    sigset_t old_mask;
    struct sigaction old_child, old_pipe;
};

/* Blocks the signals that the supervisor handles; those that the caller ignores (nohup, background jobs) stay ignored. */
void supervisor_signals_take(struct supervisor_signals *signals);
/* Puts everything back as it was; also in the forked child (async-signal-safe). */
void supervisor_signals_restore(const struct supervisor_signals *signals);

#endif
