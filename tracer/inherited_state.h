/* SPDX-License-Identifier: MIT
 *
 * What the supervisor changes of its own signals and limits for the time of a session. The program must not see it: it starts with
 * what the caller had. */
#ifndef LEAKWATCH_TRACER_INHERITED_STATE_H
#define LEAKWATCH_TRACER_INHERITED_STATE_H

#include <signal.h>
#include <sys/resource.h>

struct inherited_state {
    sigset_t handled; /* signals that are blocked, and taken by sigtimedwait(2) */
    sigset_t old_mask;
    struct sigaction old_child, old_pipe;
    struct rlimit old_files;
};

/* Blocks the signals that the supervisor handles; those that the caller ignores (nohup, background jobs) stay ignored. Raises the
 * limit of open files: each process takes a few. */
void inherited_state_take(struct inherited_state *state);
/* Puts everything back as it was; also in the forked child (async-signal-safe). */
void inherited_state_restore(const struct inherited_state *state);

#endif
