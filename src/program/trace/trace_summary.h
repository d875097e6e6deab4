/* SPDX-License-Identifier: MIT
 *
 * The table of calls at the end of a trace: for people (-c, -C), and for programs (--summary-json). */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_SUMMARY_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_SUMMARY_H

#include <stdbool.h>

#include "calls/call_counts.h"
#include "trace_output.h"

struct trace_options;

struct trace_summary {
    const struct trace_options *options;
    struct call_counts *counts; /* NULL: there is no summary */
    struct trace_output json;
};

/* Whether calls are to be counted. */
bool trace_summary_is_wanted(const struct trace_options *options);

/* Opens options->summary_json, if it is given. Returns 0, or -errno with the reason said; then nothing is to be finished. */
int trace_summary_init(struct trace_summary *summary, const struct trace_options *options);
/* Writes what the options ask for, the table to `output`, or to standard error if that is not open. Returns 0, or -errno of a file
 * that could not be written, which has been said. */
int trace_summary_finish(struct trace_summary *summary, struct trace_output *output);

#endif
