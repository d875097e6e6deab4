/* SPDX-License-Identifier: MIT
 * What `leakwatch --help`, `leakwatch help` and `leakwatch --version` print. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_HELP_H
#define LEAKWATCH_PROGRAM_OPTIONS_HELP_H

#include <stdio.h>

/* Both return 0, or -errno if writing failed; the stream is flushed. `command`: its name, or NULL for leakwatch as a whole. */
int help_print(const char *command, FILE *stream);
int help_print_version(FILE *stream);
/* The same of `leakwatch --compat=valgrind`: the version is that of the valgrind whose options it takes. */
int help_print_compat(FILE *stream);
int help_print_compat_version(FILE *stream);

#endif
