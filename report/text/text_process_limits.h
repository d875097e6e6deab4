/* SPDX-License-Identifier: MIT
 * What was found of the limits of a process, and its time line, for people. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_PROCESS_LIMITS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_PROCESS_LIMITS_H

#include "model/report_model.h"
#include "text_style.h"

/* Findings, notes only with -v. */
void text_limit_findings(const struct text_writer *writer, const struct finding_list *findings);

/* Findings of the process; and how it grew, with -v or if it would have met a limit soon. */
void text_process_limits(const struct text_writer *writer, const struct report_process *process);

/* Whether there is a warning of the process itself, not only of a group that it shares with others. */
bool text_process_limits_warn(const struct report_process *process);

#endif
