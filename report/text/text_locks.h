/* SPDX-License-Identifier: MIT
 * Locked memory in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_LOCKS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_LOCKS_H

#include <stdbool.h>

#include "text_style.h"

/* Whether there is a finding that is more than a note. */
bool text_locks_have_findings(const struct report_process *process);
/* The section: nothing if nothing was locked, and nothing went wrong with it. */
void text_locks(const struct text_writer *writer, const struct report_process *process);

#endif
