/* SPDX-License-Identifier: MIT
 * What changed from look to look, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_GROWTH_H
#define LEAKWATCH_REPORT_TEXT_TEXT_GROWTH_H

#include "model/growth.h"
#include "text_style.h"

/* Nothing if `growth` is NULL. */
void text_growth(const struct text_writer *writer, const struct growth *growth);

#endif
