/* SPDX-License-Identifier: MIT
 * One process in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_PROCESS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_PROCESS_H

#include <stdbool.h>

#include "text_style.h"

/* Whether there is something about this process that the user asked to see, beyond its totals. */
bool text_process_has_findings(const struct text_writer *writer, const struct report_process *process);
/* All of it: how it ended, errors, heap, leaks, mappings, notes. Quiet: without the totals. */
void text_process(const struct text_writer *writer, const struct report_process *process);
/* One leak or memory error with its stacks, `indent` columns in. */
void text_leak(const struct text_writer *writer, const struct report_leak *leak, int indent);
void text_error(const struct text_writer *writer, const struct report_error *error, int indent);
/* The totals of each kind. */
void text_kinds(const struct text_writer *writer, const struct leak_amount total[LEAK_KINDS]);

#endif
