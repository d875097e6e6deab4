/* SPDX-License-Identifier: MIT
 * `leakwatch run --fail-alloc=FIRST..LAST`: one run for each allocation that fails, and one report on all. */
#ifndef LEAKWATCH_PROGRAM_FAIL_ALLOC_COMMAND_H
#define LEAKWATCH_PROGRAM_FAIL_ALLOC_COMMAND_H

struct run;

/* Runs the program once as it is, for run->builder, then again and again until the range is through or the program makes no more
 * allocations; writes the reports. What goes wrong is said. Returns how leakwatch is to end, as a wait status: as without
 * failures, or an exit status as the contract has it. */
int fail_alloc_command(struct run *run);

#endif
