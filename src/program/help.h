/* SPDX-License-Identifier: MIT
 * What `leakwatch --help`, `leakwatch help` and `leakwatch --version` print. */
#ifndef LEAKWATCH_PROGRAM_HELP_H
#define LEAKWATCH_PROGRAM_HELP_H

#include <stdio.h>

/* Both return 0, or -errno if writing failed; the stream is flushed. `command`: its name, or NULL for leakwatch as a whole. */
int help_print(const char *command, FILE *stream);
int help_print_version(FILE *stream);

#endif
