/* SPDX-License-Identifier: MIT
 *
 * Which calls are shown, as far as their arguments and their ends decide: -P, -e trace-fds, -e status. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_FILTER_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_FILTER_H

#include <stdbool.h>

#include "calls/system_call.h"
#include "program/options/option_types.h"

struct trace_options;

struct trace_filter {
    const struct trace_options *options;
    struct text_list paths; /* of -P: as they were given, and what they resolve to */
};

enum trace_match {
    TRACE_MATCH_NO,
    TRACE_MATCH_YES,
    TRACE_MATCH_LATER, /* the result decides */
};

/* Says on standard error what paths resolve to, unless that is not wanted. */
void trace_filter_init(struct trace_filter *filter, const struct trace_options *options);
void trace_filter_finish(struct trace_filter *filter);

/* The call has been entered. */
enum trace_match trace_filter_entry(const struct trace_filter *filter, const struct process_view *process,
                                    struct system_call *call);
/* It has returned, and its result was to decide. */
bool trace_filter_result(const struct trace_filter *filter, const struct system_call *call);
/* Whether calls that ended so are shown. */
bool trace_filter_status(const struct trace_filter *filter, const struct system_call *call);
/* All of it of a call that is over, about whose entry the log has decided. */
bool trace_filter_shows(const struct trace_filter *filter, const struct system_call *call);

#endif
