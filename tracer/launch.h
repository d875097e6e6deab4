/* SPDX-License-Identifier: MIT
 *
 * The launch of the program: a child that is seized before it does anything, and then becomes the program. */
#ifndef LEAKWATCH_TRACER_LAUNCH_H
#define LEAKWATCH_TRACER_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct supervisor_signals;

/* What the child says, in memory that both sides see until it has executed the program. */
struct launch {
    int filter_error;       /* -errno: there is no filter, and the child stops itself (SIGSTOP) to say so */
    bool no_new_privileges; /* had to be set for the filter */
    int exec_error;         /* errno of the failed exec */
};

/* Forks, seizes and releases the child, which then executes `command` (as execvp(3) does). Stores the child's id and what it will
 * say. Returns 0, or -errno after the child has been removed; `*traced` tells whether it was ptrace that failed. */
int launch_start(char *const *command, const struct supervisor_signals *signals, pid_t *pid, struct launch **launch, bool *traced);
void launch_destroy(struct launch *launch);

#endif
