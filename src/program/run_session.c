/* SPDX-License-Identifier: MIT */
#include "run_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "elf/symbolizer.h"
#include "heap/leak_scan.h"
#include "model/report_model.h"
#include "program/libs/start_failure.h"
#include "program/options/options.h"
#include "records/process_record.h"
#include "report/report.h"
#include "reporting/report_builder.h"
#include "baseline.h"
#include "exit_status.h"
#include "gate_check.h"
#include "progress.h"

struct report_builder *run_session_create_builder(const struct run *run, bool findings_only)
{
    /* As valgrind has them. */
    static const size_t frames_compared[] = {[RESOLUTION_LOW] = 2, [RESOLUTION_MED] = 4, [RESOLUTION_HIGH] = 0};
    const struct options *options = run->options;
    unsigned named_kinds = options->error_kinds;
    struct timespec now;

    if (options->leak_check == LEAK_CHECK_FULL && !findings_only)
        named_kinds |= options->show_kinds;
    if (options->leak_check != LEAK_CHECK_NO && !findings_only && run_reports_need_all_kinds(&run->reports))
        named_kinds = (1u << LEAK_KINDS) - 1;
    struct report_builder_settings settings = {
        .symbolizer = run->symbolizer,
        .suppressions = run->suppressions,
        .error_kinds = options->error_kinds,
        .named_kinds = named_kinds,
        .generate_suppressions = options->gen_suppressions && !findings_only,
        .resolution = frames_compared[options->leak_resolution],
        .examples = options->contents,
        .addresses = options->who_points_at.items,
        .address_count = options->who_points_at.count,
        .duplicates = options->ksm_census ? &run->duplicates : NULL,
        .watch = run->watch,
        .leak_check = options->leak_check != LEAK_CHECK_NO,
        .mode = options->attach.pid != 0 ? "attach" : "run",
        .injections = options->injections.texts.items,
        .injection_times = run->injection_times,
        .injection_count = options->injections.texts.count,
        .command = options->program,
    };
    clock_gettime(CLOCK_REALTIME, &now);
    return report_builder_create(&settings, now);
}

uint64_t run_session_elapsed_ns(const struct run *run)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)(now.tv_sec - run->started.tv_sec) * 1000000000 + (uint64_t)now.tv_nsec - (uint64_t)run->started.tv_nsec;
}

/* ---- What the session tells us ---- */

/* What the events of a session have for context. */
struct watched {
    struct run *run;
    struct report_builder *builder;
};

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
    struct watched *watched = context;

    if (snapshot == NULL)
        return 0;
    struct usage_watch *usage = &watched->run->usage;
    struct progress *progress = show_progress(watched->run, record);
    uint64_t begun_ns = usage_watch_now();
    struct leak_scan *scan = leak_scan_begin(snapshot);
    usage_watch_add(usage, USAGE_SCANNING, begun_ns);
    begun_ns = usage_watch_now();
    struct process_leaks *leaks = report_builder_leaks(watched->builder, record, snapshot, scan, moments[reason]);
    usage_watch_add(usage, USAGE_NAMING, begun_ns);
    progress_end(progress);
    uint64_t errors = process_leaks_errors(leaks);
    if (reason == SNAPSHOT_REQUEST) {
        report_builder_add_process(watched->builder, record, leaks);
        return errors;
    }
    process_leaks_destroy(*attachment);
    *attachment = leaks;
    return errors;
}

/* The dynamic linker ends a process with 127, or with 1 if a version is missing, before the shim starts. */
static bool may_lack_libraries(const struct process_record *record)
{
    return record->end == END_EXIT && record->coverage == COVERAGE_NONE && (record->status == 127 || record->status == 1);
}

/* `record` with why it did not start in place of what only follows from that. The reasons are the caller's to free, not their
 * texts. */
static struct process_record explain_start(const struct process_record *record, char *reason)
{
    struct process_record explained = *record;

    explained.reasons = xreallocarray(NULL, record->reason_count + 1, sizeof *explained.reasons);
    explained.reasons[0] = reason;
    explained.reason_count = 1;
    for (size_t i = 0; i < record->reason_count; i++)
        if (strcmp(record->reasons[i], PROCESS_REASON_SHIM_NOT_STARTED) != 0)
            explained.reasons[explained.reason_count++] = record->reasons[i];
    return explained;
}

static void process_ended(void *context, const struct process_record *record, void *attachment)
{
    struct watched *watched = context;
    const bool starts = watched->run->options->attach.pid == 0;
    char *reason = starts && may_lack_libraries(record) ? start_failure_of_libraries(record->executable) : NULL;

    if (reason) {
        struct process_record explained = explain_start(record, reason);
        report_builder_add_process(watched->builder, &explained, attachment);
        free(explained.reasons);
        free(reason);
    } else {
        report_builder_add_process(watched->builder, record, attachment);
    }
}

/* What is told at once is written in one piece, among what the program writes there. */
struct told {
    FILE *stream; /* NULL: there is no memory for it */
    char *text;
    size_t size;
};

static void told_begin(struct told *told)
{
    *told = (struct told){0};
    told->stream = open_memstream(&told->text, &told->size);
}

static void told_end(struct told *told)
{
    if (told->stream && fclose(told->stream) == 0)
        fputs(told->text, stderr);
    free(told->text);
}

static void threshold_crossed(void *context, const struct process_record *record, const struct threshold_crossing *crossing)
{
    const struct watched *watched = context;
    const struct report_process process = {.pid = record->pid, .executable = record->executable, .started_ns = record->started_ns};
    struct report_threshold threshold = report_builder_name_crossing(watched->builder, record, crossing);
    struct told told;

    told_begin(&told);
    if (told.stream)
        report_write_threshold(&process, &threshold, &watched->run->threshold_view, told.stream);
    told_end(&told);
    report_threshold_finish(&threshold);
}

static void limit_is_near(void *context, const struct process_record *record, const struct limit_warning *warning)
{
    const struct watched *watched = context;
    const struct report_process process = {.pid = record->pid, .executable = record->executable, .started_ns = record->started_ns};
    struct report_limit_warning named = report_builder_name_warning(watched->builder, record, warning);
    struct told told;

    told_begin(&told);
    if (told.stream)
        report_write_limit_warning(&process, &named, &watched->run->threshold_view, told.stream);
    told_end(&told);
    report_limit_warning_finish(&named);
}

static void cold_watch_begun(void *context, pid_t pid, enum cold_detector detector, const char *problem)
{
    const struct watched *watched = context;

    if (problem)
        fprintf(stderr, "leakwatch: process %d cannot be watched for memory that is not touched: %s\n", (int)pid, problem);
    else if (watched->run->options->verbosity >= 0)
        fprintf(stderr, "leakwatch: process %d: watching for %.3g s what is not touched (%s); ^C looks now\n", (int)pid,
                (double)watched->run->options->cold_ns / 1e9, cold_sense(detector)->name);
}

static void write_reports(struct run *run, const struct report *report)
{
    const uint64_t begun_ns = usage_watch_now();
    int error = run_reports_write(&run->reports, report);

    usage_watch_add(&run->usage, USAGE_WRITING, begun_ns);
    if (run->error == 0)
        run->error = error;
}

static void report_due(void *context)
{
    struct watched *watched = context;
    struct run *run = watched->run;

    write_reports(run, report_builder_interim(run->builder, run_session_elapsed_ns(run)));
}

/* ---- The session ---- */

int run_session(struct run *run, const struct run_session_settings *settings, struct session_result *result)
{
    static const enum snapshot_way snapshot_ways[] = {
        [SNAPSHOT_COPY] = SNAPSHOT_BY_COPY, [SNAPSHOT_FORK] = SNAPSHOT_BY_FORK, [SNAPSHOT_NONE] = SNAPSHOT_IN_PLACE};
    const struct options *options = run->options;
    struct watched watched = {run, settings->builder};
    struct session_settings session = {
        .command = options->attach.pid != 0 ? NULL : options->program,
        .attach = &options->attach,
        .attach_count = options->attach.pid != 0,
        .snapshot_way = snapshot_ways[options->snapshot],
        .follow = options->follow.wanted,
        .follow_ns = options->follow.time_ns,
        .shim_path = run->shim,
        .callers = options->num_callers,
        .free_stacks = options->track_free_stacks,
        .leak_check = options->leak_check != LEAK_CHECK_NO,
        .leak_check_on_exec = options->leak_check_on_exec,
        .cold_ns = options->cold_ns,
        .cold_detector = options->cold_by == COLD_BY_BEST ? COLD_DETECTORS : options->cold_by - COLD_BY_DETECTOR,
        .list_descriptors = options->track_fds != TRACK_FDS_NO,
        .track_descriptors = options->track_fds == TRACK_FDS_YES || options->track_fds == TRACK_FDS_ALL,
        .injections = options->injections.list.items,
        .injection_count = options->injections.list.count,
        .injection_times = run->injection_times,
        .trace_children = options->trace_children,
        .forked_children = options->forked_children,
        .audit_realtime = options->audit == AUDIT_RT,
        .realtime_from = options->realtime_from,
        .sample_interval_ns = options->interval_ns,
        .thresholds = options->thresholds,
        .watch_limits = true,
        .warn_percent = options->warn_percent,
        .warn_within_ns = options->warn_within_ns,
        .files = run->files,
        .fail_first = settings->fail_first,
        .fail_last = settings->fail_last,
        .time_limit_ns = settings->time_limit_ns,
        .events = {.process_stopped = process_stopped,
                   .process_ended = process_ended,
                   .threshold_crossed = threshold_crossed,
                   .limit_is_near = limit_is_near,
                   .cold_watch_begun = cold_watch_begun,
                   .report_due = report_due,
                   .context = &watched},
    };

    *result = (struct session_result){0};
    int error = session_run(&session, result);
    run->usage.phase_ns[USAGE_READING] += result->reading_ns;
    report_builder_take_machine(settings->builder, &result->machine_findings);
    if (error || (result->started && result->message))
        fprintf(stderr, "leakwatch: %s\n", result->message ? result->message : strerror(-error));
    return error;
}

static void say_reason(const char *program, const struct session_result *result)
{
    char *reason =
        result->exec_failed ? start_failure_of_exec(program, result->launch_error) : xstrdup(strerror(result->launch_error));

    fprintf(stderr, "leakwatch: %s: %s\n", program, reason);
    free(reason);
}

int run_session_explain(const char *program, const struct session_result *result)
{
    if (result->message)
        fprintf(stderr, "leakwatch: %s\n", result->message);
    else
        say_reason(program, result);
    if (!result->exec_failed)
        return EXIT_STATUS_FAILED;
    return result->launch_error == ENOENT ? EXIT_STATUS_NOT_FOUND : EXIT_STATUS_NOT_EXECUTED;
}

/* ---- The end ---- */

/* What leakwatch took is told after all else, so that writing is part of it; in the reports it is without that. */
static void write_with_usage(struct run *run, struct report *report)
{
    if (run->options->verbosity > 0)
        report->own_usage = usage_watch_measure(&run->usage, symbolizer_reader(run->symbolizer));
    write_reports(run, report);
    if (run->options->verbosity > 0) {
        const struct own_usage usage = usage_watch_measure(&run->usage, symbolizer_reader(run->symbolizer));
        report_write_own_usage(&usage, stderr);
    }
}

int run_session_conclude(struct run *run, struct report *report, int status)
{
    if (run->options->baseline)
        baseline_apply(run->options, &run->baseline, report);
    write_with_usage(run, report);
    const int wanted = gate_check_status(run->options, report);
    if (run->options->update_baseline && baseline_save(run->options->baseline, report) != 0)
        run->error = -EIO;
    report_finish(report);
    if (run->error)
        return wait_status_of_exit(EXIT_STATUS_FAILED);
    if (run->options->compat.wanted && WIFSIGNALED(status))
        return status; /* to valgrind a signal is worse than errors */
    return wanted != 0 ? wait_status_of_exit(wanted) : status;
}
