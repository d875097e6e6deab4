/* SPDX-License-Identifier: MIT
 * Blocks of one leak and what they hold, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_EXAMPLES_H
#define LEAKWATCH_REPORT_TEXT_TEXT_EXAMPLES_H

#include "text_style.h"

/* Nothing if there are none. */
void text_examples(const struct text_writer *writer, const struct report_leak *leak, int indent);

#endif
