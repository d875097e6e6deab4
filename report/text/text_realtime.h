/* SPDX-License-Identifier: MIT
 * An audit of real time in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_REALTIME_H
#define LEAKWATCH_REPORT_TEXT_TEXT_REALTIME_H

#include <stdbool.h>

#include "text_style.h"

/* Of a process. Nothing if there was no audit; of a quiet report, only what is wrong. */
void text_realtime(const struct text_writer *writer, const struct report_process *process);
/* Whether a process has a warning or an error of real time. */
bool text_realtime_has_findings(const struct report_process *process);

#endif
