/* SPDX-License-Identifier: MIT
 * Where the memory of a process is, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_MEMORY_H
#define LEAKWATCH_REPORT_TEXT_TEXT_MEMORY_H

#include "text_style.h"

/* What is resident: all kinds where that is what the reader came for (a process looked at from outside, a heap in pieces, -v), else
 * the sum. */
void text_memory(const struct text_writer *writer, const struct report_process *process);

#endif
