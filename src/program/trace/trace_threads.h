/* SPDX-License-Identifier: MIT
 *
 * What a log keeps of each thread: its name as it was last seen (-Y), and with -ff a file of its own. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_THREADS_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_THREADS_H

#include "trace_line.h"

struct trace_options;

struct trace_logged_thread {
    pid_t tid;
    char name[64]; /* "": not known */
    struct trace_output output;
    struct trace_line line;
};

struct trace_threads {
    struct trace_logged_thread **items;
    size_t count, capacity;
    int error; /* -errno of the first output that failed */
};

/* Never NULL; with -ff its file is open, or its error set. */
struct trace_logged_thread *trace_threads_get(struct trace_threads *threads, pid_t tid, const struct trace_options *options,
                                              struct trace_clock *clock);
/* Writes what is left of a thread, and forgets it. */
void trace_threads_remove(struct trace_threads *threads, pid_t tid);
void trace_threads_show(struct trace_threads *threads);
/* Returns the first error of an output. */
int trace_threads_finish(struct trace_threads *threads);

#endif
