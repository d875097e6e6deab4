/* SPDX-License-Identifier: MIT */
#include "color_choice.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* https://no-color.org: set and not empty means no colour, unless the user asks for it by an option. */
bool color_is_wanted_on(enum color color, int fd)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

    if (color != COLOR_AUTO)
        return color == COLOR_ALWAYS;
    if ((no_color && *no_color) || terminal == NULL || strcmp(terminal, "dumb") == 0)
        return false;
    return fd >= 0 && isatty(fd);
}

bool color_is_wanted(enum color color, const char *path)
{
    if (path == NULL)
        return color_is_wanted_on(color, STDERR_FILENO);
    return color_is_wanted_on(color, strcmp(path, "-") == 0 ? STDOUT_FILENO : -1);
}
