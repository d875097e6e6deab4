/* SPDX-License-Identifier: MIT
 *
 * A report held against an earlier one, the baseline: only what is new or has grown counts as an error. Part of the report model.
 */
#ifndef LEAKWATCH_MODEL_REPORT_BASELINE_H
#define LEAKWATCH_MODEL_REPORT_BASELINE_H

#include <stddef.h>

#include "heap/leak_scan.h" /* struct leak_amount */

struct report;

struct report_baseline {
    char *file;                       /* as the user named it */
    size_t new_count, grown, known;   /* findings of the report: leaks that count, and errors of all kinds */
    struct leak_amount before, after; /* the sums of the leaks that count, in both */
};

/* Marks each leak, memory error and error of locks and real time of the report as known, grown or new, counts its errors anew, and
 * judges it anew. `earlier` is the baseline; if it is empty, all is new. `kinds` is a bit mask of 1 << enum leak_kind: which leaks
 * count as errors. */
void report_baseline_apply(struct report *report, const struct report *earlier, const char *file, unsigned kinds);
/* What is new or has grown is accepted: it is no error. */
void report_baseline_accept(struct report *report);
/* Takes NULL. */
void report_baseline_destroy(struct report_baseline *baseline);

#endif
