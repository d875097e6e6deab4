/* SPDX-License-Identifier: MIT
 * Whether text is to be coloured. */
#ifndef LEAKWATCH_PROGRAM_COLOR_H
#define LEAKWATCH_PROGRAM_COLOR_H

#include <stdbool.h>

#include "option_types.h"

/* `fd`: where the text goes; negative: to a file. https://no-color.org: NO_COLOR set and not empty means no colour, unless the user
 * asks for it by the option. */
bool color_wanted(enum color option, int fd);

#endif
