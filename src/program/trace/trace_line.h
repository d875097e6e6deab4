/* SPDX-License-Identifier: MIT
 *
 * Lines of a trace: what stands before the call (process, times, numbers), in which column the result begins, and how a line is
 * interrupted when another thread has something to say. What is in it is for others to add to `text`. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_LINE_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_LINE_H

#include <stdbool.h>

#include "report/calls/call_text.h"
#include "tracer/trace_settings.h"
#include "trace_output.h"

struct trace_options;

/* The clocks of the columns, one for all lines. */
struct trace_clock {
    uint64_t last_ns; /* when the line before began; 0: there was none */
    time_t second;    /* what `time_of_day` says */
    char time_of_day[16];
};

/* The lines of one output. */
struct trace_line {
    struct trace_output *output;
    struct trace_clock *clock;
    const struct trace_options *options;
    pid_t unfinished;        /* whose call has been begun on the last line; 0: nobody's */
    struct text_buffer text; /* what of the last line has been made */
    size_t written;          /* bytes of it that are in the output */
};

void trace_line_init(struct trace_line *line, struct trace_output *output, struct trace_clock *clock,
                     const struct trace_options *options);
void trace_line_finish(struct trace_line *line);

/* Ends an interrupted line, if there is one, and begins a new one with its columns. `name`: of the thread, or NULL. */
void trace_line_begin(struct trace_line *line, const struct trace_thread *thread, const char *name);
/* Writes the line and a newline. */
void trace_line_end(struct trace_line *line);
/* Writes as much of an unfinished line as there is. */
void trace_line_show(struct trace_line *line);
/* Another thread has something to say: the call on the last line goes on later. */
void trace_line_interrupt(struct trace_line *line);
/* Blanks up to the column of results. */
void trace_line_align(struct trace_line *line);
/* "1.000042", a span or point of time in as many digits as wanted. `width`: of the seconds, with blanks. */
void trace_line_add_seconds(struct text_buffer *text, uint64_t ns, unsigned precision, unsigned width);

#endif
