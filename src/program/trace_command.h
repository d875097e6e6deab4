/* SPDX-License-Identifier: MIT
 *
 * `leakwatch trace`: runs a program and logs its system calls. */
#ifndef LEAKWATCH_PROGRAM_TRACE_COMMAND_H
#define LEAKWATCH_PROGRAM_TRACE_COMMAND_H

/* `argv` begins with the word "trace". Says on standard error what is wrong. Returns how leakwatch is to end, as a wait status. */
int trace_command(int argc, char **argv);

#endif
