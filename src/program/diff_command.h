/* SPDX-License-Identifier: MIT
 * `leakwatch diff`: what is new, grown and gone between two saved reports. */
#ifndef LEAKWATCH_PROGRAM_DIFF_COMMAND_H
#define LEAKWATCH_PROGRAM_DIFF_COMMAND_H

struct options;

/* Returns the exit status. */
int diff_command(const struct options *options);

#endif
