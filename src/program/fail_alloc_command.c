/* SPDX-License-Identifier: MIT */
#include "fail_alloc_command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/report_model.h"
#include "program/options/options.h"
#include "reporting/fail_alloc_runs.h"
#include "reporting/report_builder.h"
#include "exit_status.h"
#include "run_session.h"

/* ---- Standard input ---- */

/* Every run must read the same. What cannot be read twice is not read at all. */
struct input {
    bool rewinds;
    off_t start; /* where it stood */
};

static void replace_input(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0) {
        fprintf(stderr, "leakwatch: /dev/null: %s; the program runs without standard input\n", strerror(errno));
        close(STDIN_FILENO);
    }
    if (fd > STDIN_FILENO)
        close(fd);
}

static void input_init(struct input *input)
{
    struct stat status;
    int flags = fcntl(STDIN_FILENO, F_GETFD);

    *input = (struct input){0};
    if (flags < 0 || flags & FD_CLOEXEC) /* was closed when leakwatch began, see main.c */
        return;
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode))
        input->start = lseek(STDIN_FILENO, 0, SEEK_CUR);
    else
        input->start = -1;
    input->rewinds = input->start >= 0;
    if (!input->rewinds)
        replace_input();
}

static void input_rewind(const struct input *input)
{
    if (input->rewinds)
        lseek(STDIN_FILENO, input->start, SEEK_SET);
}

/* ---- Runs ---- */

struct series {
    struct run *run;
    struct fail_alloc_runs *runs;
    struct input input;
    enum fail_stop stopped;
};

/* Runs the program once. Returns 0; or after saying what is wrong (the program may not have started) the exit status for it. */
static int run_program(struct series *series, struct run_session_settings *settings, struct session_result *result)
{
    int status = 0;

    settings->time_limit_ns = series->run->options->fail_alloc_timeout_ns;
    input_rewind(&series->input);
    if (run_session(series->run, settings, result) != 0)
        status = EXIT_STATUS_FAILED;
    else if (!result->started)
        status = run_session_explain(series->run->options->program[0], result);
    free(result->message);
    result->message = NULL;
    return status;
}

/* Returns 0, or -1 after saying what is wrong. */
static int run_failing(struct series *series, uint64_t number)
{
    struct run_session_settings settings = {
        .builder = run_session_create_builder(series->run, true), .fail_first = number, .fail_last = number};
    struct session_result result;
    struct report report;

    if (run_program(series, &settings, &result) != 0) {
        report_builder_destroy(settings.builder);
        return -1;
    }
    report_builder_finish(settings.builder, result.elapsed_ns, &report);
    struct fail_alloc_end end = {.wait_status = result.status, .timed_out = result.timed_out};
    if (result.interrupted) /* it was not the failure that ended it */
        series->stopped = FAIL_STOP_INTERRUPTED;
    else if (!fail_alloc_runs_add(series->runs, number, &report, &end))
        series->stopped = FAIL_STOP_NO_MORE;
    report_finish(&report);
    return 0;
}

static int run_all(struct series *series)
{
    const struct fail_alloc_range *range = &series->run->options->fail_alloc;
    int error = 0;

    for (uint64_t number = range->first; number <= range->last && error == 0 && series->stopped == FAIL_STOP_LAST; number++)
        error = run_failing(series, number);
    return error;
}

/* ---- The run without failures, and what follows from it ---- */

/* Returns 0, or -1 after saying why no run with failures would tell anything. */
static int judge_baseline(struct series *series, const struct session_result *result)
{
    struct run *run = series->run;
    struct fail_alloc_end end = {.wait_status = result->status};

    if (result->timed_out) {
        fprintf(stderr, "leakwatch: the program does not end in time even if no allocation fails, see --fail-alloc-timeout\n");
        series->stopped = FAIL_STOP_HANGS;
        return -1;
    }
    const struct report *report = report_builder_interim(run->builder, result->elapsed_ns);
    if (!fail_alloc_runs_set_baseline(series->runs, report, &end))
        series->stopped = FAIL_STOP_NOT_SEEN;
    if (result->interrupted)
        series->stopped = FAIL_STOP_INTERRUPTED;
    return 0;
}

static int report_all(struct series *series, int status)
{
    struct run *run = series->run;
    struct report report;

    report_builder_finish(run->builder, run_session_elapsed_ns(run), &report);
    fail_alloc_attach(&report, fail_alloc_runs_finish(series->runs, series->stopped));
    series->runs = NULL;
    return run_session_conclude(run, &report, status);
}

/* Without the first run there is nothing to report: returns the exit status for it, or 0. */
static int run_baseline(struct series *series, struct session_result *result)
{
    /* All allocations are counted, and none has such a number. */
    struct run_session_settings settings = {.builder = series->run->builder, .fail_first = UINT64_MAX, .fail_last = UINT64_MAX};

    int status = run_program(series, &settings, result);
    if (status != 0)
        report_builder_destroy(series->run->builder);
    return status;
}

int fail_alloc_command(struct run *run)
{
    const struct fail_alloc_range *range = &run->options->fail_alloc;
    struct fail_alloc_settings settings = {
        .each = true, .first = range->first, .last = range->last, .error_kinds = run->options->error_kinds};
    struct series series = {.run = run, .runs = fail_alloc_runs_create(&settings)};
    struct session_result result;

    input_init(&series.input);
    int status = run_baseline(&series, &result);
    if (status == 0) {
        int error = judge_baseline(&series, &result);
        if (error == 0 && series.stopped == FAIL_STOP_LAST)
            error = run_all(&series);
        status = report_all(&series, result.status);
        if (error)
            status = wait_status_of_exit(EXIT_STATUS_FAILED);
    } else {
        status = wait_status_of_exit(status);
    }
    fail_alloc_runs_destroy(series.runs);
    return status;
}
