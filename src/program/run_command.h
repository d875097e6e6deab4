/* SPDX-License-Identifier: MIT
 * `leakwatch run`: the program under supervision, the analysis, and the reports, put together. */
#ifndef LEAKWATCH_PROGRAM_RUN_COMMAND_H
#define LEAKWATCH_PROGRAM_RUN_COMMAND_H

struct options;

/* Runs options->program to its end and writes the reports that were asked for. What goes wrong is said on standard error. Returns
 * how leakwatch itself is to end, as a wait status (wait(2)): the program's own, or an exit status as the contract has it. */
int run_command(const struct options *options);

#endif
