/* SPDX-License-Identifier: MIT
 * Counts of system calls: the table of strace(1) -c, and the same for programs. */
#ifndef LEAKWATCH_REPORT_CALLS_CALL_SUMMARY_H
#define LEAKWATCH_REPORT_CALLS_CALL_SUMMARY_H

#include "calls/call_counts.h"
#include "report/encoding/text_buffer.h"

struct summary_layout {
    const enum summary_column *columns;
    size_t column_count;
    enum summary_column sort;
};

/* Adds the table; nothing if nothing was counted. */
void call_summary_add(struct text_buffer *buffer, const struct call_counts *counts, const struct summary_layout *layout);
/* Adds a JSON object and a newline, as trace-summary-schema.json has it. */
void call_summary_add_json(struct text_buffer *buffer, const struct call_counts *counts, enum summary_column sort);

#endif
