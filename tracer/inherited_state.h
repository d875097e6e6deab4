/* SPDX-License-Identifier: MIT
 *
 * What the supervisor changes of its own signals and limits for the time of a session. The program must not see it: it starts with
 * what the caller had. */
#ifndef LEAKWATCH_TRACER_INHERITED_STATE_H
#define LEAKWATCH_TRACER_INHERITED_STATE_H

#include <signal.h>
#include <sys/resource.h>

/* The signals that may be handled: see inherited_state.c. */
#define HANDLED_SIGNALS_MAX 9

struct inherited_state {
    sigset_t handled; /* those that come to signal_inbox_note() */
    sigset_t old_mask;
    struct sigaction old_handled[HANDLED_SIGNALS_MAX];
    struct sigaction old_child, old_pipe;
    struct rlimit old_files;
};

/* Handles signals by signal_inbox_note(); those that the caller ignores (nohup, background jobs) stay ignored. Raises the limit of
 * open files: each process takes a few. */
void inherited_state_take(struct inherited_state *state);
/* Puts everything back as it was: in the forked child (async-signal-safe). */
void inherited_state_restore(const struct inherited_state *state);
/* The same at the end of a session, but SIGINT, SIGTERM and SIGHUP stay blocked: what the session has found is reported before they
 * end us. The next session hears them, and its program does not find them blocked. */
void inherited_state_leave(const struct inherited_state *state);

#endif
