/* SPDX-License-Identifier: MIT */
#include "supervisor_signals.h"

#include <stddef.h>

static void take_unless_ignored(sigset_t *set, int signal)
{
    struct sigaction action;

    if (sigaction(signal, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset(set, signal);
}

void supervisor_signals_take(struct supervisor_signals *signals)
{
    static const int wanted[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};
    struct sigaction action = {.sa_handler = SIG_DFL};

    /* An ignored SIGCHLD would reap our children behind our back. */
    sigaction(SIGCHLD, &action, &signals->old_child);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, &signals->old_pipe);
    sigemptyset(&signals->handled);
    sigaddset(&signals->handled, SIGCHLD);
    sigaddset(&signals->handled, SIGUSR1);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        take_unless_ignored(&signals->handled, wanted[i]);
    sigprocmask(SIG_BLOCK, &signals->handled, &signals->old_mask);
}

void supervisor_signals_restore(const struct supervisor_signals *signals)
{
    sigaction(SIGCHLD, &signals->old_child, NULL);
    sigaction(SIGPIPE, &signals->old_pipe, NULL);
    sigprocmask(SIG_SETMASK, &signals->old_mask, NULL);
}
