/* SPDX-License-Identifier: MIT
 *
 * Names of files in which a % stands for something, as valgrind has them: %p for the ID of the process, %n for a number that tells
 * its files apart (it has one), %q{NAME} for a variable of the environment, %% for a %. */
#ifndef LEAKWATCH_PROGRAM_OUTPUT_NAME_H
#define LEAKWATCH_PROGRAM_OUTPUT_NAME_H

#include <stdbool.h>
#include <sys/types.h>

/* What is said of a name that cannot be expanded. */
#define OUTPUT_NAME_RULE "behind a % there must be p, n, %, or q{NAME} with a variable that is set"

/* Returns the name for a process, owned by the caller; NULL: it breaks the rule. */
char *output_name_expand(const char *pattern, pid_t pid);

/* Whether the name, which keeps the rule, is another one for each process. */
bool output_name_is_by_process(const char *pattern);

#endif
