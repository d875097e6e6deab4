/* SPDX-License-Identifier: MIT
 * Who points at the blocks that were asked about, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_POINTERS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_POINTERS_H

#include "text_style.h"

/* Nothing if nobody asked. */
void text_pointers(const struct text_writer *writer, const struct report_process *process);

#endif
