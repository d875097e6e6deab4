/* SPDX-License-Identifier: MIT
 *
 * What another program prints. */
#ifndef LEAKWATCH_PROGRAM_COMMAND_OUTPUT_H
#define LEAKWATCH_PROGRAM_COMMAND_OUTPUT_H

/* Runs `words` (NULL-terminated, found in PATH) without input and messages, for some seconds at most; it is ended then. Returns
 * what it printed, at most a megabyte, to be freed; NULL: it could not be run, or failed. */
char *command_output(char *const *words);

#endif
