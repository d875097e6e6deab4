/* SPDX-License-Identifier: MIT
 * How a finding stands to the baseline, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_NOVELTY_H
#define LEAKWATCH_REPORT_TEXT_TEXT_NOVELTY_H

#include <stdbool.h>

#include "text_style.h"

/* What the baseline knows is listed for those who want to see all. */
bool text_is_told(const struct report_view *view, enum report_novelty novelty);
/* ", new"; nothing if there is no baseline. */
void text_novelty(const struct text_writer *writer, enum report_novelty novelty);

#endif
