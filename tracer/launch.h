/* SPDX-License-Identifier: MIT
 *
 * The launch of the program: a child that is seized before it does anything, and then becomes the program. */
#ifndef LEAKWATCH_TRACER_LAUNCH_H
#define LEAKWATCH_TRACER_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

struct inherited_state;
struct sock_fprog;

/* What the child says, in memory that both sides see until it has executed the program. */
struct launch_report {
    int filter_error;       /* -errno: the filter could not be had */
    bool stops;             /* there is no filter, and the child stops itself (SIGSTOP) to say so */
    bool no_new_privileges; /* had to be set for the filter */
    int exec_error;         /* errno of the failed exec */
};

struct launch {
    pid_t pid;
    struct launch_report *report;
    char *problem; /* why the child could not be traced, for people; NULL if that was not it */
};

struct launch_settings {
    char *const *command;
    const char *executable;          /* NULL: command[0] as execvp(3) finds it */
    const struct sock_fprog *filter; /* to install; NULL: none, every call stops the program */
    char *const *environment;        /* of the program; NULL: our own */
    bool alone;                      /* do not follow what it forks or clones */
};

/* Forks, seizes and releases the child, which then executes the command. Returns 0, or -errno after the child has
 * been removed. The caller releases `launch` with launch_finish() in both cases. */
int launch_start(const struct launch_settings *settings, const struct inherited_state *inherited, struct launch *launch);
void launch_finish(struct launch *launch);

#endif
