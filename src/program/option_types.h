/* SPDX-License-Identifier: MIT
 * What the options of several commands are stored as. */
#ifndef LEAKWATCH_PROGRAM_OPTION_TYPES_H
#define LEAKWATCH_PROGRAM_OPTION_TYPES_H

#include <stddef.h>

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER }; /* as in the tables: auto|always|never */

struct text_list {
    char **items;
    size_t count;
};

/* Adds a copy of `text`. */
void text_list_add(struct text_list *list, const char *text);
void text_list_finish(struct text_list *list);

#endif
