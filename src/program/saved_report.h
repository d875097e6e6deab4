/* SPDX-License-Identifier: MIT
 * Reports from files that the user named. */
#ifndef LEAKWATCH_PROGRAM_SAVED_REPORT_H
#define LEAKWATCH_PROGRAM_SAVED_REPORT_H

struct report;

/* Reads the JSON report at `path` ("-": standard input). Returns 0, and the caller releases the report with report_finish(); or
 * -errno after saying on standard error what is wrong, and where. */
int saved_report_read(const char *path, struct report *report);

#endif
