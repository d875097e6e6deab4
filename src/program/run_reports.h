/* SPDX-License-Identifier: MIT
 * The reports that were asked for: which formats, to which places. */
#ifndef LEAKWATCH_PROGRAM_RUN_REPORTS_H
#define LEAKWATCH_PROGRAM_RUN_REPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "model/report_model.h"
#include "report_output.h"

struct options;

/* How a report is written; what it is, is known to those who make the table of formats and the report. */
typedef int report_format_writer(const void *report, const struct report_view *view, FILE *stream);

struct report_format {
    const char *name;
    size_t option; /* member of the options, a char *: where to; NULL there: nowhere */
    report_format_writer *write;
    bool by_default;   /* to standard error if nothing else was asked for */
    bool all_kinds;    /* it tells of all leak kinds, whichever are to be listed */
    bool by_pattern;   /* the name is still a pattern of output_name.h, in which %p is the process that is reported on */
    bool compressible; /* compressed where the name of the file ends in .gz */
    /* Not written to where the option says, but, if it is given, added to the file that this environment variable names. NULL: it
     * is as any other. At most `append_max` bytes are written. */
    const char *append_to;
    size_t append_max;
};

#define RUN_REPORTS_MAX 15

struct run_reports {
    struct run_report {
        const struct report_format *format;
        struct report_output output; /* not open if by_process */
        const char *pattern;         /* the name as it was asked for, lent by the options; NULL: standard error */
        char *path;                  /* what was made of it */
        bool by_process;             /* a file for each process */
        bool compressed;
    } reports[RUN_REPORTS_MAX];
    size_t count;
    struct report_view view;
};

/* Makes sure that all reports of a table of formats (lent, at most RUN_REPORTS_MAX) can be written. `view` becomes that of the
 * reports, which own view->directory and view->source_root then. Returns 0, or -errno after saying on standard error what is wrong.
 */
int run_reports_open(struct run_reports *reports, const struct report_format *formats, size_t count, const void *options,
                     const struct report_view *view);
/* The same for `leakwatch run`. */
int run_reports_init(struct run_reports *reports, const struct options *options);
/* The same for commands on saved reports: text goes to standard output if nothing was asked for, or else nowhere by default. */
int run_reports_init_saved(struct run_reports *reports, const struct report_format *formats, size_t count,
                           const struct options *options);
/* The same for `leakwatch show`, with all formats of run. */
int run_reports_init_show(struct run_reports *reports, const struct options *options);
void run_reports_finish(struct run_reports *reports);

/* Whether one of the reports tells of all leak kinds. */
bool run_reports_need_all_kinds(const struct run_reports *reports);

/* Writes all reports; one that fails (said on standard error) does not hinder the others. Returns 0 or the first -errno. */
int run_reports_write(const struct run_reports *reports, const void *report);

#endif
