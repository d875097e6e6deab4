/* SPDX-License-Identifier: MIT
 * `leakwatch attach --repeat`: looks at a process again and again, and tells what grows. */
#ifndef LEAKWATCH_PROGRAM_REPEAT_COMMAND_H
#define LEAKWATCH_PROGRAM_REPEAT_COMMAND_H

struct run;

/* The process runs on between the looks, and nobody traces it then. Writes the reports in the end; run->builder is used up. Returns
 * how leakwatch is to end, as a wait status. */
int repeat_command(struct run *run);

#endif
