/* SPDX-License-Identifier: MIT */
#include "inherited_state.h"

#include <stddef.h>

static void take_unless_ignored(sigset_t *set, int signal)
{
    struct sigaction action;

    if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset(set, signal);
}

static void take_signals(struct inherited_state *state)
{
    static const int wanted[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};
    struct sigaction action = {.sa_handler = SIG_DFL};

    /* An ignored SIGCHLD would reap our children behind our back. */
    sigaction(SIGCHLD, &action, &state->old_child);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, &state->old_pipe);
    sigemptyset(&state->handled);
    sigaddset(&state->handled, SIGCHLD);
    sigaddset(&state->handled, SIGUSR1);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        take_unless_ignored(&state->handled, wanted[i]);
    sigprocmask(SIG_BLOCK, &state->handled, &state->old_mask);
}

void inherited_state_take(struct inherited_state *state)
{
    take_signals(state);
    if (getrlimit(RLIMIT_NOFILE, &state->old_files) == 0) {
        const struct rlimit raised = {state->old_files.rlim_max, state->old_files.rlim_max};
        setrlimit(RLIMIT_NOFILE, &raised);
    }
}

void inherited_state_restore(const struct inherited_state *state)
{
    setrlimit(RLIMIT_NOFILE, &state->old_files);
    sigaction(SIGCHLD, &state->old_child, NULL);
    sigaction(SIGPIPE, &state->old_pipe, NULL);
    sigprocmask(SIG_SETMASK, &state->old_mask, NULL);
}
