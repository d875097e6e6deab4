/* SPDX-License-Identifier: MIT
 * What can be said of options without parsing: names and help, from the tables of options (*.def). Also built into the
 * generator of completions. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTION_TABLE_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct option_row {
    const char *name;     /* without the dashes; NULL: a letter only */
    char letter;          /* 0: none */
    const char *argument; /* as shown to people; NULL: takes none; in brackets, or yes|no: may be left out */
    const char *group;
    const char *help;
};

struct option_table {
    const struct option_row *rows;
    size_t count;
};

extern const struct option_table run_option_table;
extern const struct option_table trace_option_table;
extern const struct option_table libs_option_table;
extern const struct option_table show_option_table;
extern const struct option_table diff_option_table;
extern const struct option_table limits_option_table;
extern const struct option_table compat_option_table;

/* What the long name takes. An argument that may be left out is never the letter's, and needs an equals sign. */
enum option_argument { OPTION_ARGUMENT_NONE, OPTION_ARGUMENT_OPTIONAL, OPTION_ARGUMENT_REQUIRED };
enum option_argument option_row_argument(const struct option_row *row);

/* The name of the option that `word` ("--name", "--name=value") most likely meant, or NULL if none is near. */
const char *option_table_nearest(const struct option_table *table, const char *word);

/* Whether the name in `word` is the beginning of several options' names, and of none the whole. */
bool option_table_is_ambiguous(const struct option_table *table, const char *word);

/* The index of the option of this long name; it must be in the table. */
size_t option_table_index(const struct option_table *table, const char *name);

#endif
