/* SPDX-License-Identifier: MIT
 * The commands, from commands.def. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_COMMAND_TABLE_H
#define LEAKWATCH_PROGRAM_OPTIONS_COMMAND_TABLE_H

#include <stddef.h>

struct option_table;

struct command_row {
    const char *name;
    const struct option_table *options; /* NULL: none */
    const char *arguments;
    const char *help;
};

extern const struct command_row command_table[];
extern const size_t command_count;

/* The row of `name`, or NULL. */
const struct command_row *command_table_find(const char *name);

/* The name of the command of this version that `word` most likely meant, or NULL if none is near. */
const char *command_table_nearest(const char *word);

#endif
