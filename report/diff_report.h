/* SPDX-License-Identifier: MIT
 * Writers of what `leakwatch diff` found. Each prints and computes nothing. */
#ifndef LEAKWATCH_DIFF_REPORT_H
#define LEAKWATCH_DIFF_REPORT_H

#include <stdio.h>

struct report;
struct report_diff;
struct report_view;

/* Two reports, and how they differ. */
struct compared_reports {
    const char *before_path, *after_path; /* as the user named them */
    const struct report *before, *after;
    const struct report_diff *diff;
    const char *version; /* of leakwatch */
};

/* Both return 0, or -errno if writing failed (the stream is flushed, not closed). */
int diff_write_text(const struct compared_reports *compared, const struct report_view *view, FILE *stream);
int diff_write_json(const struct compared_reports *compared, const struct report_view *view, FILE *stream);

#endif
