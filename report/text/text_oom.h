/* SPDX-License-Identifier: MIT
 * A process that the OOM killer ended, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_OOM_H
#define LEAKWATCH_REPORT_TEXT_TEXT_OOM_H

#include "text_style.h"

/* Nothing for other processes, and where no more is known than how it ended. */
void text_oom(const struct text_writer *writer, const struct report_process *process);

#endif
