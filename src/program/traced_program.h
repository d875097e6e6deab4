/* SPDX-License-Identifier: MIT
 *
 * The program that `leakwatch trace` starts: its file, its arguments, its environment. */
#ifndef LEAKWATCH_PROGRAM_TRACED_PROGRAM_H
#define LEAKWATCH_PROGRAM_TRACED_PROGRAM_H

struct trace_options;

struct traced_program {
    char *executable; /* NULL: it was not found */
    char **arguments; /* NULL: there is none, only processes to attach to */
    char **environment;
};

/* Made from options->program, argv0 and environment, which are lent. Released by traced_program_finish(). */
void traced_program_init(struct traced_program *program, const struct trace_options *options);
void traced_program_finish(struct traced_program *program);

#endif
