/* SPDX-License-Identifier: MIT */
#include "color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool color_wanted(enum color option, int fd)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

    if (option != COLOR_AUTO)
        return option == COLOR_ALWAYS;
    if ((no_color && *no_color) || terminal == NULL || strcmp(terminal, "dumb") == 0)
        return false;
    return fd >= 0 && isatty(fd);
}
