/* SPDX-License-Identifier: MIT
 *
 * Pressure stall information (Documentation/accounting/psi.rst): for how long tasks waited for memory. */
#ifndef LEAKWATCH_LIMITS_PRESSURE_H
#define LEAKWATCH_LIMITS_PRESSURE_H

#include "base/known.h"

struct kernel_files;

struct pressure_line {
    struct known average;  /* over the last minute, in 1/100 percent of the time */
    struct known total_us; /* since boot, or since the group was made */
};

struct pressure {
    struct pressure_line some; /* at least one task waited */
    struct pressure_line full; /* all that could run did */
};

/* `path` below the root, as "proc/pressure/memory", or memory.pressure of a control group. */
void pressure_read(struct kernel_files *files, const char *path, struct pressure *pressure);
void pressure_parse(const char *text, struct pressure *pressure);

#endif
