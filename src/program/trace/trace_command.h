/* SPDX-License-Identifier: MIT
 * `leakwatch trace`: a log of system calls. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_COMMAND_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_COMMAND_H

struct trace_options;

/* Traces what `options` say until all of it has ended. What goes wrong is said on standard error. Returns how leakwatch itself is
 * to end, as a wait status (wait(2)): the program's own, or an exit status as the contract has it. */
int trace_command(const struct trace_options *options);

#endif
