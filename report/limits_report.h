/* SPDX-License-Identifier: MIT
 * Writers of what `leakwatch limits` found. Each prints the model and computes nothing. */
#ifndef LEAKWATCH_REPORT_LIMITS_REPORT_H
#define LEAKWATCH_REPORT_LIMITS_REPORT_H

#include <stdio.h>

struct limits_report;
struct report_view;

/* Both return 0, or -errno if writing failed (the stream's error indicator is checked; the stream is flushed, not closed). */
int limits_report_write_text(const struct limits_report *report, const struct report_view *view, FILE *stream);
int limits_report_write_json(const struct limits_report *report, const struct report_view *view, FILE *stream);

#endif
