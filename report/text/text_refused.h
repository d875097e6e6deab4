/* SPDX-License-Identifier: MIT
 * Calls for memory that failed, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_REFUSED_H
#define LEAKWATCH_REPORT_TEXT_TEXT_REFUSED_H

#include "text_style.h"

/* Nothing where none failed. */
void text_refused(const struct text_writer *writer, const struct report_process *process);

#endif
