/* SPDX-License-Identifier: MIT
 *
 * A program that is run, and what it and all that comes of it ask for: the calls that look for files, and nothing else. */
#ifndef LEAKWATCH_PROGRAM_LIBS_LIBS_LIVE_H
#define LEAKWATCH_PROGRAM_LIBS_LIBS_LIVE_H

#include <stdbool.h>
#include <stddef.h>

struct library_requests;

struct libs_live_settings {
    char *const *command;
    const char *executable;
    char *const *environment;
    bool files; /* calls that look for other files, too */
};

struct libs_live_result {
    int launch_error; /* errno of the execve of the program; 0: it was executed */
    int status;       /* its wait status, if it was executed */
};

/* Runs the program to the end of its last descendant. Returns 0; or -errno if leakwatch itself failed, which has been said. */
int libs_live_run(const struct libs_live_settings *settings, struct library_requests *requests, struct libs_live_result *result);

#endif
