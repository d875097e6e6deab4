/* SPDX-License-Identifier: MIT
 * `leakwatch show`: a saved report in another form. */
#ifndef LEAKWATCH_PROGRAM_SHOW_COMMAND_H
#define LEAKWATCH_PROGRAM_SHOW_COMMAND_H

struct options;

/* Returns the exit status. */
int show_command(const struct options *options);

#endif
