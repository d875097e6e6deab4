/* SPDX-License-Identifier: MIT
 * Writers of what `leakwatch libs` found. Each prints the model and computes nothing. */
#ifndef LEAKWATCH_REPORT_LIBS_REPORT_H
#define LEAKWATCH_REPORT_LIBS_REPORT_H

#include <stdio.h>

struct library_program;
struct library_report;
struct library_view;

/* Both return 0, or -errno if writing failed (the stream is flushed, not closed). */
int libs_report_write_text(const struct library_report *report, const struct library_view *view, FILE *stream);
int libs_report_write_json(const struct library_report *report, FILE *stream);

/* Only what is wrong with one program. */
int libs_report_write_problems(const struct library_program *program, const struct library_view *view, FILE *stream);

#endif
