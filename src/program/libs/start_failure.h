/* SPDX-License-Identifier: MIT
 *
 * Why a program did not start, in one sentence, for `leakwatch run`: found out from its file, as `leakwatch libs` does at length.
 */
#ifndef LEAKWATCH_PROGRAM_LIBS_START_FAILURE_H
#define LEAKWATCH_PROGRAM_LIBS_START_FAILURE_H

#include <stdbool.h>

/* Why execve(2) refused `program`, as the user named it, with this errno; to be freed. */
char *start_failure_of_exec(const char *program, int error);

/* Why the dynamic linker could not load the program at this path, if it could not: what is missing first; to be freed. NULL:
 * nothing is. The environment is ours. */
char *start_failure_of_libraries(const char *path);

#endif
