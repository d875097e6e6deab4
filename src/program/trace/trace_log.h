/* SPDX-License-Identifier: MIT
 *
 * The log of a trace: of what happens to several threads in turn, lines in the form of strace(1), and counts for the summary. It
 * also decides how calls are decoded and which are wanted, whether it has lines for them or not.
 */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_LOG_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_LOG_H

#include <stdbool.h>

#include "report/calls/call_text.h"
#include "syscalls/decoder.h"
#include "tracer/trace_settings.h"
#include "trace_filter.h"
#include "trace_line.h"
#include "trace_output.h"
#include "trace_summary.h"
#include "trace_threads.h"

struct mapped_files;
struct symbolizer;
struct trace_options;

/* -e raw, -e verbose, -e abbrev decide for each call how it is decoded. */
enum { TRACE_DECODE_RAW = 1, TRACE_DECODE_VERBOSE = 2, TRACE_DECODE_ABBREV = 4, TRACE_DECODE_WAYS = 8 };

struct trace_log {
    const struct trace_options *options;
    bool silent; /* no lines are written: there is a table only, or JSON */
    struct call_text_style style;
    struct decode_options ways[TRACE_DECODE_WAYS];
    struct trace_filter filter;
    struct trace_output output; /* of all lines, or of none with -ff */
    struct trace_clock clock;
    struct trace_line line;       /* of all threads, unless they have their own */
    struct trace_threads threads; /* names and lines of their own */
    struct trace_summary summary;
    struct mapped_files *files;    /* of the code that stacks lead through; NULL: no stacks are shown */
    struct symbolizer *symbolizer; /* likewise */
};

/* Opens what the options ask for. Returns 0, or -errno with the reason said on standard error; then nothing is to be finished. */
int trace_log_init(struct trace_log *log, const struct trace_options *options);
/* The functions that write to `log`, and what must be found out for them. */
struct trace_events trace_log_events(struct trace_log *log);
struct trace_wishes trace_log_wishes(const struct trace_log *log);
/* Writes what is left, the summary last. Returns 0 or -errno of the first failed write, which has been said. */
int trace_log_finish(struct trace_log *log);

#endif
