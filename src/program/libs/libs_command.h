/* SPDX-License-Identifier: MIT
 * leakwatch libs */
#ifndef LEAKWATCH_PROGRAM_LIBS_LIBS_COMMAND_H
#define LEAKWATCH_PROGRAM_LIBS_LIBS_COMMAND_H

struct libs_options;

/* Examines files, or runs a program and watches what it asks for; writes the reports. Returns the exit status. */
int libs_command(const struct libs_options *options);

#endif
