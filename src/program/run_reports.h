/* SPDX-License-Identifier: MIT
 * The reports that one run was asked for: which formats, to which places. */
#ifndef LEAKWATCH_PROGRAM_RUN_REPORTS_H
#define LEAKWATCH_PROGRAM_RUN_REPORTS_H

#include <stddef.h>

#include "report_model.h"
#include "report_output.h"

struct options;
struct report_format;

#define RUN_REPORTS_MAX 2

struct run_reports {
    struct run_report {
        const struct report_format *format;
        struct report_output output;
    } reports[RUN_REPORTS_MAX];
    size_t count;
    struct report_view view;
};

/* Makes sure that all reports can be written. Returns 0, or -errno after saying on standard error what is wrong. */
int run_reports_init(struct run_reports *reports, const struct options *options);
void run_reports_finish(struct run_reports *reports);

/* Writes all reports; one that fails (said on standard error) does not hinder the others. Returns 0 or the first -errno. */
int run_reports_write(const struct run_reports *reports, const struct report *report);

#endif
