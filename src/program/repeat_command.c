/* SPDX-License-Identifier: MIT */
#include "repeat_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "program/options/options.h"
#include "report/report.h"
#include "reporting/growth_series.h"
#include "reporting/leak_history.h"
#include "reporting/leak_watch.h"
#include "reporting/report_builder.h"
#include "exit_status.h"
#include "process_watch.h"
#include "run_session.h"

#define GROUPS_TOLD 10 /* after each look */

struct repetition {
    struct run *run;
    struct process_watch process;
    struct leak_watch watch;
    struct report report; /* of the last look at which a heap was seen; until then, of the last look */
    bool has_report;
    uint64_t attempts; /* looks, also those that saw no heap */
    enum growth_stop stopped;
};

/* ---- One look -------------------------------------------------------------------------------------------------------------- */

/* A look that saw nothing must not take the place of one that did. */
static void keep_report(struct repetition *repetition, struct report *report, bool saw_heap)
{
    if (repetition->has_report && !saw_heap && growth_series_looks(repetition->watch.growth) > 0) {
        report_finish(report);
        return;
    }
    if (repetition->has_report) {
        char *started = repetition->report.started; /* of the first look */
        repetition->report.started = report->started;
        report->started = started;
        report_finish(&repetition->report);
    }
    repetition->report = *report;
    repetition->has_report = true;
}

static void tell_look(const struct repetition *repetition, bool saw_heap)
{
    const struct growth_series *growth = repetition->watch.growth;
    struct growth_step steps[GROUPS_TOLD];

    if (repetition->run->options->verbosity < 0)
        return;
    if (saw_heap)
        report_write_look(growth_series_last(growth), growth_series_change(growth), steps,
                          growth_series_grown(growth, steps, GROUPS_TOLD), stderr);
    else
        fputs("leakwatch: this look saw no heap, and does not count\n", stderr);
}

/* Returns the exit status for a process that cannot be looked at at all, or 0. */
static int explain_failure(const struct repetition *repetition, const struct session_result *result)
{
    const bool first = repetition->attempts == 1;

    if (!first && !process_watch_is_there(&repetition->process))
        return 0; /* it has just ended */
    const int status = run_session_explain(repetition->run->options->program[0], result);
    return first ? status : 0;
}

/* Returns 0, also if the process was not to be had this once: a debugger may have it for a while. Or the exit status for what went
 * wrong. What goes wrong is said. */
static int look_once(struct repetition *repetition, bool *interrupted)
{
    struct run *run = repetition->run;
    const uint64_t looks = growth_series_looks(repetition->watch.growth);
    struct run_session_settings settings = {.builder = run->builder};
    struct session_result result;
    struct report report;
    int status = 0;

    repetition->watch.at_ns = run_session_elapsed_ns(run);
    repetition->attempts++;
    if (run_session(run, &settings, &result) != 0)
        status = EXIT_STATUS_FAILED;
    else if (!result.started)
        status = explain_failure(repetition, &result);
    *interrupted = result.interrupted;
    free(result.message);
    if (status != 0 || !result.started) {
        report_builder_destroy(run->builder);
        run->builder = NULL;
        return status;
    }
    report_builder_finish(run->builder, run_session_elapsed_ns(run), &report);
    run->builder = NULL;
    const bool saw_heap = growth_series_looks(repetition->watch.growth) > looks;
    keep_report(repetition, &report, saw_heap);
    tell_look(repetition, saw_heap);
    return 0;
}

/* ---- Many of them ---------------------------------------------------------------------------------------------------------- */

static bool is_last(const struct repetition *repetition)
{
    const unsigned wanted = repetition->run->options->look_count;

    return wanted != 0 && repetition->attempts >= wanted;
}

/* Waits for the time of the next look. Returns false, and says why, if there is to be none. */
static bool wait_for_next(struct repetition *repetition)
{
    switch (process_watch_wait(&repetition->process, repetition->run->options->repeat_ns)) {
    case WATCH_TIME:
        break;
    case WATCH_INTERRUPTED:
        repetition->stopped = GROWTH_STOP_INTERRUPTED;
        return false;
    case WATCH_ENDED:
        repetition->stopped = GROWTH_STOP_ENDED;
        return false;
    }
    if (process_watch_is_there(&repetition->process))
        return true;
    repetition->stopped = GROWTH_STOP_ENDED;
    return false;
}

/* Returns 0, or the exit status for what went wrong. */
static int look_again_and_again(struct repetition *repetition)
{
    struct run *run = repetition->run;

    for (;;) {
        bool interrupted;
        int status = look_once(repetition, &interrupted);
        if (status != 0) {
            repetition->stopped = GROWTH_STOP_FAILED;
            return status;
        }
        if (interrupted)
            repetition->stopped = GROWTH_STOP_INTERRUPTED;
        else if (!process_watch_is_there(&repetition->process))
            repetition->stopped = GROWTH_STOP_ENDED;
        else if (!is_last(repetition) && wait_for_next(repetition)) {
            run->builder = run_session_create_builder(run, false);
            continue;
        }
        return 0;
    }
}

static int conclude(struct repetition *repetition, int status)
{
    struct run *run = repetition->run;

    if (!repetition->has_report) {
        if (status == 0) { /* it went away before the first look */
            fprintf(stderr, "leakwatch: process %d ended before it could be looked at\n", (int)run->options->attach.pid);
            status = EXIT_STATUS_FAILED;
        }
        return wait_status_of_exit(status);
    }
    repetition->report.elapsed_ns = run_session_elapsed_ns(run);
    repetition->report.growth = growth_series_finish(repetition->watch.growth, repetition->stopped);
    repetition->watch.growth = NULL;
    const int conclusion = run_session_conclude(run, &repetition->report, wait_status_of_exit(0));
    return status != 0 ? wait_status_of_exit(status) : conclusion;
}

int repeat_command(struct run *run)
{
    const struct options *options = run->options;
    struct repetition repetition = {
        .run = run,
        .watch = {.growth = growth_series_create(options->repeat_ns, options->confirm),
                  .history = leak_history_create(),
                  .confirm = options->confirm},
        .stopped = GROWTH_STOP_COUNT,
    };

    report_builder_destroy(run->builder); /* it does not know the watch */
    run->watch = &repetition.watch;
    run->builder = run_session_create_builder(run, false);
    process_watch_init(&repetition.process, options->attach.pid);
    const int status = look_again_and_again(&repetition);
    process_watch_finish(&repetition.process);
    const int conclusion = conclude(&repetition, status);
    run->watch = NULL;
    growth_series_destroy(repetition.watch.growth);
    leak_history_destroy(repetition.watch.history);
    return conclusion;
}
