/* SPDX-License-Identifier: MIT */
#include "run_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "elf/symbolizer.h"
#include "exit_status.h"
#include "heap/leak_scan.h"
#include "options.h"
#include "process_record.h"
#include "progress.h"
#include "report_builder.h"
#include "report_model.h"
#include "report_output.h"
#include "report/report.h"
#include "run_reports.h"
#include "shim_path.h"
#include "suppressions.h"
#include "tracer/session.h"
#include "xalloc.h"

struct run {
    const struct options *options;
    struct suppressions *suppressions;
    struct symbolizer *symbolizer;
    struct report_builder *builder;
    struct run_reports reports;
    struct timespec started; /* CLOCK_MONOTONIC */
    int error;               /* first failure to write a report: 0 or -errno */
};

static uint64_t elapsed_ns(const struct run *run)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)(now.tv_sec - run->started.tv_sec) * 1000000000 + (uint64_t)now.tv_nsec - (uint64_t)run->started.tv_nsec;
}

/* ---- What the session tells us ---- */

static struct progress *show_progress(const struct run *run, const struct process_record *record)
{
    if (run->options->verbosity < 0)
        return NULL;
    char *text = xasprintf("looking for leaks in process %d", (int)record->pid);
    struct progress *progress = progress_begin(text);
    free(text);
    return progress;
}

static uint64_t process_stopped(void *context, const struct process_record *record, const struct snapshot *snapshot,
                                enum snapshot_reason reason, void **attachment)
{
    static const char *const moments[] = {
        [SNAPSHOT_EXIT] = "exit", [SNAPSHOT_DEATH] = "signal", [SNAPSHOT_EXEC] = "exec", [SNAPSHOT_REQUEST] = "request"};
    struct run *run = context;

    if (snapshot == NULL)
        return 0;
    struct progress *progress = show_progress(run, record);
    struct leak_scan *scan = leak_scan_begin(snapshot);
    struct process_leaks *leaks = report_builder_leaks(run->builder, record, snapshot, scan, moments[reason]);
    progress_end(progress);
    uint64_t errors = process_leaks_errors(leaks);
    if (reason == SNAPSHOT_REQUEST) {
        report_builder_add_process(run->builder, record, leaks);
        return errors;
    }
    process_leaks_destroy(*attachment);
    *attachment = leaks;
    return errors;
}

static void process_ended(void *context, const struct process_record *record, void *attachment)
{
    struct run *run = context;

    report_builder_add_process(run->builder, record, attachment);
}

static void write_reports(struct run *run, const struct report *report)
{
    int error = run_reports_write(&run->reports, report);

    if (run->error == 0)
        run->error = error;
}

static void report_due(void *context)
{
    struct run *run = context;

    write_reports(run, report_builder_interim(run->builder, elapsed_ns(run)));
}

/* ---- Before the program starts ---- */

static int load_suppressions(struct run *run)
{
    const struct text_list *files = &run->options->suppressions;

    for (size_t i = 0; i < files->count; i++) {
        char *message = NULL;
        int error = suppressions_load(run->suppressions, files->items[i], &message);
        if (error && message)
            fprintf(stderr, "leakwatch: %s\n", message);
        else if (error)
            fprintf(stderr, "leakwatch: %s: %s\n", files->items[i], strerror(-error));
        free(message);
        if (error)
            return error;
    }
    if (run->options->default_suppressions)
        suppressions_add_defaults(run->suppressions);
    return 0;
}

static void create_builder(struct run *run)
{
    const struct options *options = run->options;
    struct report_builder_settings settings = {
        .symbolizer = run->symbolizer,
        .suppressions = run->suppressions,
        .error_kinds = options->error_kinds,
        .named_kinds = options->leak_check == LEAK_CHECK_FULL ? options->show_kinds | options->error_kinds : options->error_kinds,
        .generate_suppressions = options->gen_suppressions,
        .leak_check = options->leak_check != LEAK_CHECK_NO,
        .mode = "run",
        .command = options->program,
    };
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_MONOTONIC, &run->started);
    run->builder = report_builder_create(&settings, now);
}

static int run_init(struct run *run, const struct options *options)
{
    *run = (struct run){.options = options, .suppressions = suppressions_create()};
    int error = load_suppressions(run);
    if (error == 0)
        error = run_reports_init(&run->reports, options);
    if (error) {
        suppressions_destroy(run->suppressions);
        return error;
    }
    run->symbolizer = symbolizer_create(options->debuginfod);
    create_builder(run);
    return 0;
}

static void run_finish(struct run *run)
{
    run_reports_finish(&run->reports);
    symbolizer_destroy(run->symbolizer);
    suppressions_destroy(run->suppressions);
}

/* ---- The session ---- */

static int launch(struct run *run, const char *shim, struct session_result *result)
{
    const struct options *options = run->options;
    struct session_settings settings = {
        .command = options->program,
        .shim_path = shim,
        .callers = options->num_callers,
        .free_stacks = options->track_free_stacks,
        .leak_check = options->leak_check != LEAK_CHECK_NO,
        .leak_check_on_exec = options->leak_check_on_exec,
        .trace_children = options->trace_children,
        .sample_interval_ns = options->interval_ns,
        .events = {.process_stopped = process_stopped, .process_ended = process_ended, .report_due = report_due, .context = run},
    };

    *result = (struct session_result){0};
    return session_run(&settings, result);
}

/* execve() says EACCES of a directory and ENOENT of a script whose interpreter is missing. */
static const char *launch_reason(const char *program, int error)
{
    struct stat status;

    if (strchr(program, '/') && stat(program, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return strerror(EISDIR);
        if (error == ENOENT)
            return "its interpreter was not found";
    }
    return strerror(error);
}

/* Says why the program did not start. Returns the exit status for it. */
static int explain_failed_launch(const struct run *run, const struct session_result *result)
{
    const char *program = run->options->program[0];

    if (result->message)
        fprintf(stderr, "leakwatch: %s\n", result->message);
    else
        fprintf(stderr, "leakwatch: %s: %s\n", program, launch_reason(program, result->launch_error));
    if (!result->exec_failed)
        return EXIT_STATUS_FAILED;
    return result->launch_error == ENOENT ? EXIT_STATUS_NOT_FOUND : EXIT_STATUS_NOT_EXECUTED;
}

/* Writes the final reports. Returns how leakwatch is to end, as a wait status. */
static int conclude(struct run *run, const struct session_result *result)
{
    struct report report;

    report_builder_finish(run->builder, result->elapsed_ns, &report);
    write_reports(run, &report);
    uint64_t errors = report.error_count;
    report_finish(&report);
    if (run->error)
        return wait_status_of_exit(EXIT_STATUS_FAILED);
    if (errors > 0 && run->options->error_exitcode != 0)
        return wait_status_of_exit((int)run->options->error_exitcode);
    return result->status;
}

static int run_session(struct run *run, const char *shim)
{
    struct session_result result;
    int error = launch(run, shim, &result);
    int status;

    if (error == 0 && !result.started) {
        status = wait_status_of_exit(explain_failed_launch(run, &result));
        report_builder_destroy(run->builder);
    } else {
        if (error || result.message)
            fprintf(stderr, "leakwatch: %s\n", result.message ? result.message : strerror(-error));
        status = conclude(run, &result);
        if (error)
            status = wait_status_of_exit(EXIT_STATUS_FAILED);
    }
    free(result.message);
    return status;
}

int run_command(const struct options *options)
{
    struct run run;
    char *shim;
    int error = shim_path_find(&shim);

    if (error)
        fprintf(stderr, "leakwatch: the shim is missing: %s: %s\n", shim, strerror(-error));
    else
        error = run_init(&run, options);
    int status = wait_status_of_exit(EXIT_STATUS_FAILED);
    if (error == 0) {
        status = run_session(&run, shim);
        run_finish(&run);
    }
    free(shim);
    return status;
}
