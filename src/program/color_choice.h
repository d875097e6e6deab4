/* SPDX-License-Identifier: MIT
 * Whether a text report is to be coloured. */
#ifndef LEAKWATCH_PROGRAM_COLOR_CHOICE_H
#define LEAKWATCH_PROGRAM_COLOR_CHOICE_H

#include <stdbool.h>

#include "program/options/option_types.h"

/* `fd` is where the text goes; below 0: to no terminal. */
bool color_is_wanted_on(enum color color, int fd);

/* `path` is where the report goes: NULL is standard error, "-" standard output. */
bool color_is_wanted(enum color color, const char *path);

#endif
