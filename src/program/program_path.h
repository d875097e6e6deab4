/* SPDX-License-Identifier: MIT
 *
 * Where a program is, and what it is given, before anybody executes it. */
#ifndef LEAKWATCH_PROGRAM_PROGRAM_PATH_H
#define LEAKWATCH_PROGRAM_PROGRAM_PATH_H

#include <stdbool.h>

struct text_list;

/* The file of `name` in PATH; `name` itself if it has a slash. To be freed. NULL: it is not found. */
char *program_path_find(const char *name);

/* Our environment (or an empty one, if not `ours`) with `changes`: VAR=VALUE sets, VAR unsets. The array is to be freed; its texts
 * are those of the environment and of `changes`. */
char **program_environment_make(const struct text_list *changes, bool ours);

/* The value of a variable of such an environment, or NULL. */
const char *program_environment_value(char *const *environment, const char *name);

#endif
