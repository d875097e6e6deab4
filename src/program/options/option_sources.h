/* SPDX-License-Identifier: MIT
 * Options that do not stand on the command line: leakwatch/config in $XDG_CONFIG_HOME or ~/.config, ~/.leakwatchrc,
 * LEAKWATCH_OPTIONS, ./.leakwatchrc; and for command lines of valgrind ~/.valgrindrc, VALGRIND_OPTS, ./.valgrindrc. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTION_SOURCES_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTION_SOURCES_H

struct options;

/* Applies the sources in this order, each overruling what came before; the command line is to be parsed after them. A file
 * that is not there is no matter; one that others could have written is left out with a warning on standard error. Returns 0, or
 * -errno and stores in `*error` what is wrong, one line for people, owned by the caller. */
int option_sources_apply(struct options *options, char **error);

#endif
