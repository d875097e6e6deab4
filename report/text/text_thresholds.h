/* SPDX-License-Identifier: MIT
 * Crossed thresholds in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_THRESHOLDS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_THRESHOLDS_H

#include "text_style.h"

/* Nothing where none was crossed. */
void text_thresholds(const struct text_writer *writer, const struct report_process *process);
/* The call sites with most live bytes, of each as many frames. */
void text_threshold_sites(const struct text_writer *writer, const struct report_threshold *threshold, size_t frames_max);

#endif
