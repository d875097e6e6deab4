/* SPDX-License-Identifier: MIT
 * What a check of limits has found, for people. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_FINDING_H
#define LEAKWATCH_REPORT_TEXT_TEXT_FINDING_H

#include "records/limits_model.h"
#include "text_style.h"

/* After an empty line: what it is, numbers, and what to do, a line each. */
void text_finding(const struct text_writer *writer, const struct limit_finding *finding);

#endif
