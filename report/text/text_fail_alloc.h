/* SPDX-License-Identifier: MIT
 * What came of failing allocations, in the text report. Private to report/. */
#ifndef LEAKWATCH_REPORT_TEXT_TEXT_FAIL_ALLOC_H
#define LEAKWATCH_REPORT_TEXT_TEXT_FAIL_ALLOC_H

#include "model/fail_alloc.h"
#include "text_style.h"

/* Which call failed, and what came of it: harm always, the rest as far as the view wants. Nothing if `fail_alloc` is NULL. */
void text_fail_alloc(const struct text_writer *writer, const struct fail_alloc *fail_alloc);
/* What the last line says of it. */
void text_fail_alloc_verdict(const struct text_writer *writer, const struct fail_alloc *fail_alloc);

#endif
