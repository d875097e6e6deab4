/* SPDX-License-Identifier: MIT
 *
 * The text log of a trace: one line for each call, in the form of strace(1), of several threads in turn. */
#ifndef LEAKWATCH_PROGRAM_TRACE_LOG_H
#define LEAKWATCH_PROGRAM_TRACE_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "report/call_text.h"
#include "tracer/session.h"

struct trace_log {
    FILE *stream;
    bool always_pid;         /* each line begins with a thread's id, and not only while there are several */
    pid_t unfinished;        /* whose call has been begun on the last line; 0: nobody's */
    struct text_buffer line; /* what of the last line has been made */
    size_t written;          /* bytes of it that are in the stream */
};

/* The functions that write to `log`, which must outlive the result. */
struct trace_events trace_log_events(struct trace_log *log);
/* Writes what is left. Returns 0 or -errno of the first failed write. */
int trace_log_finish(struct trace_log *log);

#endif
