/* SPDX-License-Identifier: MIT
 * One session of `leakwatch run`: the program under supervision, and what is seen of it into a report. */
#ifndef LEAKWATCH_PROGRAM_RUN_SESSION_H
#define LEAKWATCH_PROGRAM_RUN_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "model/report_model.h"
#include "tracer/session.h"
#include "run_reports.h"
#include "usage_watch.h"

struct leak_watch;
struct mapped_files;
struct options;
struct report_builder;
struct suppressions;
struct symbolizer;

/* What all sessions of one command share. */
struct run {
    const struct options *options;
    char *shim; /* path */
    struct suppressions *suppressions;
    struct mapped_files *files; /* of the code that was seen, held open until the end */
    struct symbolizer *symbolizer;
    struct run_reports reports;
    struct report baseline;               /* of --baseline; empty if there is none yet */
    struct report_builder *builder;       /* of the report that is to be written */
    uint64_t *injection_times;            /* how often each --inject took place */
    struct timespec started;              /* CLOCK_MONOTONIC */
    struct duplicate_settings duplicates; /* as pages are counted with --ksm-census */
    struct leak_watch *watch;             /* compares the looks at one process, or NULL */
    struct report_view threshold_view;    /* of what is told at once, on standard error */
    struct usage_watch usage;             /* what leakwatch itself takes */
    int error;                            /* first failure to write a report: 0 or -errno */
};

struct run_session_settings {
    struct report_builder *builder; /* what is seen goes there */
    uint64_t fail_first, fail_last; /* as in struct session_settings */
    uint64_t time_limit_ns;         /* likewise */
};

/* `findings_only`: of leaks that do not count as errors only the sums are wanted. Never NULL. */
struct report_builder *run_session_create_builder(const struct run *run, bool findings_only);

/* Runs the program to its end. What goes wrong in leakwatch itself is said. Returns 0 or -errno as session_run() does; the caller
 * releases result->message. */
int run_session(struct run *run, const struct run_session_settings *settings, struct session_result *result);

/* Says why the program did not start. Returns the exit status for it. */
int run_session_explain(const char *program, const struct session_result *result);

/* Time since run->started. */
uint64_t run_session_elapsed_ns(const struct run *run);

/* Writes the final reports and releases `report`. Returns how leakwatch is to end, as a wait status, where the program ended with
 * `status`. */
int run_session_conclude(struct run *run, struct report *report, int status);

#endif
