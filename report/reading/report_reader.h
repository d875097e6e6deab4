/* SPDX-License-Identifier: MIT
 *
 * A saved JSON report, back into the report model. What a model has and JSON does not: the counts of process->failures, which
 * --fail-alloc uses up while a report is made. */
#ifndef LEAKWATCH_REPORT_READING_REPORT_READER_H
#define LEAKWATCH_REPORT_READING_REPORT_READER_H

#include <stdio.h>

struct report;

/* Reads the whole stream, which stays the caller's. Returns 0, and the caller releases the report with report_finish(); or -EINVAL
 * and stores in `*error` where it is damaged and how ("line 3, column 14 (/processes/0/pid): an integer is expected here"), owned
 * by the caller. Memory grows with what the report says, and not with how it is written. */
int report_read_json(FILE *stream, struct report *report, char **error);

#endif
