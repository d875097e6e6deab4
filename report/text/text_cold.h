/* SPDX-License-Identifier: MIT
 * Memory that nobody touches, and pages with equal contents, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_COLD_H
#define LEAKWATCH_REPORT_TEXT_TEXT_COLD_H

#include "text_style.h"

/* Nothing where it was not asked for. */
void text_cold(const struct text_writer *writer, const struct report_process *process);
void text_duplicates(const struct text_writer *writer, const struct report_process *process);

#endif
