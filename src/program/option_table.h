/* SPDX-License-Identifier: MIT
 * What can be said of options without parsing: names and help, from options.def. Also built into the generator of completions. */
#ifndef LEAKWATCH_PROGRAM_OPTION_TABLE_H
#define LEAKWATCH_PROGRAM_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct option_row {
    const char *name;     /* without the dashes */
    char letter;          /* 0: none */
    const char *argument; /* as shown to people; NULL: takes none */
    const char *group;
    const char *help;
};

extern const struct option_row option_table[];
extern const size_t option_count;

/* The name of the option that `word` ("--name", "--name=value") most likely meant, or NULL if none is near. */
const char *option_table_nearest(const char *word);

/* Whether the name in `word` is the beginning of several options' names, and of none the whole. */
bool option_table_is_ambiguous(const char *word);

#endif
