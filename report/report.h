/* SPDX-License-Identifier: MIT
 * Writers of a report. Each prints the model and computes nothing. */
#ifndef LEAKWATCH_REPORT_H
#define LEAKWATCH_REPORT_H

#include <stdio.h>

struct report;
struct report_view;

/* All return 0, or -errno if writing failed (the stream's error indicator is checked; the stream is flushed, not closed). */
int report_write_text(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_json(const struct report *report, const struct report_view *view, FILE *stream);

#endif
