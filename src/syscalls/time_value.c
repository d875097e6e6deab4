/* SPDX-License-Identifier: MIT */
#include "time_value.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int time_value_parse(const char *text, uint64_t *nanoseconds)
{
    static const struct {
        const char *name;
        double nanoseconds;
    } units[] = {{"", 1e3}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
    char *unit;

    /* strtod(3) takes more than we do: signs, spaces, names, and hexadecimal */
    if (*text != '.' && (*text < '0' || *text > '9'))
        return -EINVAL;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return -EINVAL;
    double value = strtod(text, &unit);
    if (unit == text)
        return -EINVAL;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].name) != 0)
            continue;
        value *= units[i].nanoseconds;
        if (value >= (double)INT64_MAX)
            return -EINVAL;
        *nanoseconds = (uint64_t)(value + 0.5);
        return 0;
    }
    return -EINVAL;
}
