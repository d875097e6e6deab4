/* SPDX-License-Identifier: MIT
 * Findings with stacks in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_FINDINGS_H
#define LEAKWATCH_REPORT_TEXT_TEXT_FINDINGS_H

#include <stdbool.h>

#include "text_style.h"

/* Of a quiet report, warnings and errors only. */
void text_findings(const struct text_writer *writer, const struct report_findings *findings);
/* Whether a warning or an error is among them. */
bool text_findings_are_serious(const struct report_findings *findings);

#endif
