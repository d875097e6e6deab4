/* SPDX-License-Identifier: MIT */
#include "inherited_state.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "signal_inbox.h"

/* The first two are ours, whatever the caller does with them. */
static const int wanted[] = {SIGUSR1, SIGALRM, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};
enum { WANTED = sizeof wanted / sizeof *wanted, OURS = 2 };
static_assert(WANTED == HANDLED_SIGNALS_MAX, "room for the old action of each");

/* Of the caller, and what was left blocked in it. SIGQUIT still ends what takes too long. */
static sigset_t caller_mask;
static bool is_left;
static const int held_back[] = {SIGINT, SIGTERM, SIGHUP};

static void take_signals(struct inherited_state *state)
{
    /* Without SA_RESTART: a signal is to end the wait for tracees. */
    struct sigaction note = {.sa_handler = signal_inbox_note};
    /* Stops of tracees need no signal, and an ignored SIGCHLD would reap our children behind our back. */
    const struct sigaction child = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP}, ignore = {.sa_handler = SIG_IGN};
    sigset_t mask;

    sigprocmask(SIG_SETMASK, NULL, &state->old_mask);
    if (is_left)
        state->old_mask = caller_mask;
    mask = state->old_mask;
    sigaction(SIGCHLD, &child, &state->old_child);
    sigaction(SIGPIPE, &ignore, &state->old_pipe);
    sigemptyset(&state->handled);
    sigfillset(&note.sa_mask);
    for (int i = 0; i < WANTED; i++) {
        sigaction(wanted[i], NULL, &state->old_handled[i]);
        if (i >= OURS && state->old_handled[i].sa_handler == SIG_IGN)
            continue;
        sigaddset(&state->handled, wanted[i]);
        sigdelset(&mask, wanted[i]);
        sigaction(wanted[i], &note, NULL);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
}

void inherited_state_take(struct inherited_state *state)
{
    take_signals(state);
    if (getrlimit(RLIMIT_NOFILE, &state->old_files) == 0) {
        const struct rlimit raised = {state->old_files.rlim_max, state->old_files.rlim_max};
        setrlimit(RLIMIT_NOFILE, &raised);
    }
}

static void put_back(const struct inherited_state *state)
{
    setrlimit(RLIMIT_NOFILE, &state->old_files);
    for (int i = 0; i < WANTED; i++)
        if (sigismember(&state->handled, wanted[i]))
            sigaction(wanted[i], &state->old_handled[i], NULL);
    sigaction(SIGCHLD, &state->old_child, NULL);
    sigaction(SIGPIPE, &state->old_pipe, NULL);
}

void inherited_state_restore(const struct inherited_state *state)
{
    put_back(state);
    sigprocmask(SIG_SETMASK, &state->old_mask, NULL);
}

void inherited_state_leave(const struct inherited_state *state)
{
    sigset_t mask = state->old_mask;

    for (size_t i = 0; i < sizeof held_back / sizeof *held_back; i++)
        if (sigismember(&state->handled, held_back[i]))
            sigaddset(&mask, held_back[i]);
    caller_mask = state->old_mask;
    is_left = true;
    sigprocmask(SIG_BLOCK, &mask, NULL); /* before: none may come while its handler is the default one */
    put_back(state);
    sigprocmask(SIG_SETMASK, &mask, NULL);
}
