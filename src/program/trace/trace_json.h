/* SPDX-License-Identifier: MIT
 *
 * The log of a trace as JSON Lines, in the form of report/trace-schema.json: a line for each event, when it has happened. A call
 * has happened when it is over, so none is in two parts, and one that a killed thread did not end has its line when the thread is
 * gone. The calls are those of the text log, in the same order; messages that -q leaves out there are here. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_JSON_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_JSON_H

#include "base/arena.h"
#include "report/calls/call_text.h"
#include "tracer/trace_settings.h"
#include "trace_output.h"

struct symbolizer;
struct trace_filter;
struct trace_log;
struct trace_options;

struct trace_json {
    const struct trace_options *options;
    const struct trace_filter *filter;
    struct call_text_style style; /* of "text" */
    struct trace_output output;
    struct symbolizer *symbolizer; /* lent; NULL: no stacks are shown */
    uint64_t started_ns;
    struct text_buffer line, text; /* the line that is being made, and its "text" */
    struct arena arena;            /* of what is asked for a line */
};

/* Opens options->json and writes the first line. `log`, lent, has decided about a call when its event comes here. Returns 0, or
 * -errno with the reason said on standard error; then nothing is to be finished. */
int trace_json_init(struct trace_json *json, const struct trace_options *options, const struct trace_log *log);
/* The functions that write to `json`. What decides about decoding is not among them. */
struct trace_events trace_json_events(struct trace_json *json);
/* Writes what is left. Returns 0 or -errno of the first failed write, which has been said. */
int trace_json_finish(struct trace_json *json);

#endif
