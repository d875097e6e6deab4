/* SPDX-License-Identifier: MIT */
#include "run_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mapped_files.h"
#include "base/xalloc.h"
#include "elf/symbolizer.h"
#include "limits/kernel_files.h"
#include "model/report_model.h"
#include "program/options/options.h"
#include "reporting/fail_alloc_runs.h"
#include "reporting/report_builder.h"
#include "suppressions/suppressions.h"
#include "baseline.h"
#include "color_choice.h"
#include "exit_status.h"
#include "fail_alloc_command.h"
#include "repeat_command.h"
#include "run_session.h"
#include "shim_path.h"

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

/* How many pages KSM lets share one, or would with the kernel's default. */
static uint64_t pages_that_share(void)
{
    enum { KERNEL_DEFAULT = 256 }; /* mm/ksm.c */
    struct kernel_files files;
    struct known most = {0};

    if (kernel_files_open(&files)) {
        most = kernel_files_number(&files, "sys/kernel/mm/ksm/max_page_sharing");
        kernel_files_close(&files);
    }
    return known_limits(most) ? most.value : KERNEL_DEFAULT;
}

static int run_init(struct run *run, const struct options *options, char *shim)
{
    *run = (struct run){.options = options, .shim = shim, .suppressions = suppressions_create()};
    int error = load_suppressions(run);
    if (error == 0)
        error = baseline_load(options, &run->baseline);
    if (error == 0)
        error = run_reports_init(&run->reports, options);
    if (error) {
        report_finish(&run->baseline);
        suppressions_destroy(run->suppressions);
        return error;
    }
    run->duplicates.sharing_max = pages_that_share();
    run->injection_times = xcalloc(options->injections.list.count, sizeof *run->injection_times);
    run->threshold_view = run->reports.view;
    run->threshold_view.color = color_is_wanted(options->color, NULL);
    run->files = mapped_files_create();
    run->symbolizer = symbolizer_create(&(struct symbolizer_settings){.files = run->files, .debuginfod = options->debuginfod});
    symbolizer_start(run->symbolizer);
    clock_gettime(CLOCK_MONOTONIC, &run->started);
    run->builder = run_session_create_builder(run, false);
    return 0;
}

static void run_finish(struct run *run)
{
    run_reports_finish(&run->reports);
    report_finish(&run->baseline);
    symbolizer_destroy(run->symbolizer);
    mapped_files_destroy(run->files);
    free(run->injection_times);
    suppressions_destroy(run->suppressions);
}

/* ---- The session ---- */

/* What came of the allocations that failed in this one run. */
static void attach_failures(const struct run *run, struct report *report, const struct session_result *result)
{
    const struct fail_alloc_range *range = &run->options->fail_alloc;
    struct fail_alloc_settings settings = {.first = range->first, .last = range->last, .error_kinds = run->options->error_kinds};
    struct fail_alloc_end end = {.wait_status = result->status};

    if (range->first == 0)
        return;
    struct fail_alloc_runs *runs = fail_alloc_runs_create(&settings);
    enum fail_stop stopped = fail_alloc_runs_set_only(runs, report, &end);
    fail_alloc_attach(report, fail_alloc_runs_finish(runs, stopped));
}

static int run_once(struct run *run)
{
    struct run_session_settings settings = {
        .builder = run->builder, .fail_first = run->options->fail_alloc.first, .fail_last = run->options->fail_alloc.last};
    struct session_result result;
    struct report report;
    int error = run_session(run, &settings, &result);
    int status;

    if (error == 0 && !result.started) {
        const int failure = wait_status_of_exit(run_session_explain(run->options->program[0], &result));
        status = result.killed ? result.status : failure;
        if (WEXITSTATUS(status) == EXIT_STATUS_NOT_FOUND && run->options->near_command)
            fprintf(stderr, "leakwatch: did you mean the command '%s'?\n", run->options->near_command);
        report_builder_destroy(run->builder);
    } else {
        report_builder_finish(run->builder, result.elapsed_ns, &report);
        attach_failures(run, &report, &result);
        status = run_session_conclude(run, &report, result.status);
        if (error)
            status = wait_status_of_exit(EXIT_STATUS_FAILED);
    }
    free(result.message);
    return status;
}

int run_command(const struct options *options)
{
    struct run run;
    char *shim = NULL;
    int error = options->attach.pid != 0 && !options->follow.wanted ? 0 : shim_path_find(&shim);

    if (error)
        fprintf(stderr, "leakwatch: the shim is missing: %s: %s\n", shim, strerror(-error));
    else
        error = run_init(&run, options, shim);
    int status = wait_status_of_exit(EXIT_STATUS_FAILED);
    if (error == 0) {
        if (options->fail_alloc.each)
            status = fail_alloc_command(&run);
        else
            status = options->repeat_ns ? repeat_command(&run) : run_once(&run);
        run_finish(&run);
    }
    free(shim);
    return status;
}
