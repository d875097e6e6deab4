/* SPDX-License-Identifier: MIT
 * Names of output files in which a part is left open, so that several runs do not overwrite each other's. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OUTPUT_NAME_H
#define LEAKWATCH_PROGRAM_OPTIONS_OUTPUT_NAME_H

#include <stdbool.h>
#include <sys/types.h>

/* The name with these replaced: %p by `pid`, %h by the name of the host, %n by 1 (to valgrind the number of the file among those of
 * one process), %q{VARIABLE} by that of the environment (which must be set), %% by one %. Owned by the caller. NULL if something
 * else follows a %, and stores what is wrong in `*error`, owned by the caller. */
char *output_name_expand(const char *name, pid_t pid, char **error);

/* The same of a name that is known to be right. Never NULL. */
char *output_name_of_process(const char *name, pid_t pid);

/* Whether a name that is right is another one for each process. */
bool output_name_is_by_process(const char *name);

#endif
