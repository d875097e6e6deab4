/* SPDX-License-Identifier: MIT
 *
 * The program that `leakwatch trace` starts: its file, its arguments, its environment. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACED_PROGRAM_H
#define LEAKWATCH_PROGRAM_TRACE_TRACED_PROGRAM_H

#include "tracer/launch.h"

struct trace_options;

struct traced_program {
    char *executable; /* NULL: it was not found */
    char **arguments; /* NULL: there is none, only processes to attach to */
    char **environment;
    struct launch_user user; /* name NULL: nobody else */
};

/* Made from options->program, argv0, environment and user, which are lent. Returns NULL, or what is wrong with the user, static.
 * Released by traced_program_finish() in both cases. */
const char *traced_program_init(struct traced_program *program, const struct trace_options *options);
void traced_program_finish(struct traced_program *program);

#endif
