/* SPDX-License-Identifier: MIT
 * `leakwatch limits`: what the kernel says of memory and limits, of the machine, of a process, of a program from its start to its
 * end. */
#ifndef LEAKWATCH_PROGRAM_LIMITS_COMMAND_H
#define LEAKWATCH_PROGRAM_LIMITS_COMMAND_H

struct limits_options;

/* Returns the exit status: 0; 1 if there is a finding of severity error; or one of exit_status.h, after saying why. */
int limits_command(const struct limits_options *options);

#endif
