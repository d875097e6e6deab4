/* SPDX-License-Identifier: MIT
 * Open descriptors in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_DESCRIPTORS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_DESCRIPTORS_H

#include <stddef.h>

#include "text_style.h"

/* How many descriptors are listed that the process itself opened and did not close, where that was asked for. */
size_t text_descriptors_left(const struct text_writer *writer, const struct report_process *process);
/* How many are open, and those that the user asked to see. */
void text_descriptors(const struct text_writer *writer, const struct report_process *process);

#endif
