/* SPDX-License-Identifier: MIT
 * What --fail-on and --error-exitcode make of a report. */
#ifndef LEAKWATCH_PROGRAM_GATE_CHECK_H
#define LEAKWATCH_PROGRAM_GATE_CHECK_H

struct options;
struct report;

/* The exit status that the report asks for; 0: none. If a gate is not passed, says why on standard error, in one line. */
int gate_check_status(const struct options *options, const struct report *report);

#endif
