/* SPDX-License-Identifier: MIT */
#include "limits_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/signals.h"
#include "base/clock_ns.h"
#include "base/utc_time.h"
#include "base/xalloc.h"
#include "limits/watch.h"
#include "program/options/limits_options.h"
#include "records/process_record.h"
#include "report/limits_report.h"
#include "tracer/session.h"
#include "color_choice.h"
#include "exit_status.h"
#include "run_reports.h"
#include "run_session.h"

#define EXIT_STATUS_ERRORS 1

/* One run of the command. */
struct looking {
    const struct limits_options *options;
    struct watch *watch;
    uint64_t started_ns;      /* CLOCK_MONOTONIC */
    uint64_t machine_seen_ns; /* of the last look at the machine, since then */
    char *end;                /* how the program ended */
};

static uint64_t elapsed_ns(const struct looking *looking)
{
    return clock_ns(CLOCK_MONOTONIC) - looking->started_ns;
}

/* ---- The machine, or a process that is there ---- */

static int explain_missing(const struct looking *looking, int error)
{
    const int pid = (int)looking->options->pid;

    if (error == -ESRCH)
        fprintf(stderr, "leakwatch: there is no process %d\n", pid);
    else if (error == -ECHILD)
        fprintf(stderr, "leakwatch: process %d has ended, only its number is left\n", pid);
    else
        fprintf(stderr, "leakwatch: process %d cannot be looked at: %s\n", pid, strerror(-error));
    return EXIT_STATUS_FAILED;
}

/* Sleeps until it is time for the next look. False: somebody wants us to end. */
static bool wait_for_next(const struct looking *looking, const sigset_t *signals)
{
    const uint64_t interval = looking->options->interval_ns;
    const struct timespec time = {(time_t)(interval / 1000000000), (long)(interval % 1000000000)};

    return sigtimedwait(signals, NULL, &time) < 0;
}

/* Looks until the time is up, the process has ended, or one of the signals asks us to; the last look is a thorough one. */
static void look_again(struct looking *looking, const sigset_t *signals)
{
    const struct limits_options *options = looking->options;
    bool more = true;

    while (more) {
        more = wait_for_next(looking, signals) && elapsed_ns(looking) < options->during_ns;
        if (options->pid && watch_process(looking->watch, options->pid, elapsed_ns(looking), !more) != 0)
            more = false;
        watch_machine(looking->watch, elapsed_ns(looking));
    }
}

static int look(struct looking *looking, const sigset_t *signals)
{
    const struct limits_options *options = looking->options;

    watch_machine(looking->watch, elapsed_ns(looking));
    if (options->pid) {
        int error = watch_process(looking->watch, options->pid, elapsed_ns(looking), true);
        if (error)
            return explain_missing(looking, error);
    }
    if (options->during_ns)
        look_again(looking, signals);
    return 0;
}

/* With --for, who wants it to end sooner gets the report of what was seen until then. */
static int look_unless_interrupted(struct looking *looking)
{
    sigset_t signals, before;

    sigemptyset(&signals);
    if (looking->options->during_ns) {
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
    }
    sigprocmask(SIG_BLOCK, &signals, &before);
    int status = look(looking, &signals);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* ---- A program, from its start to its end ---- */

/* The machine is looked at once for all processes that are sampled at a time. */
static void look_at_machine(struct looking *looking)
{
    const uint64_t now = elapsed_ns(looking);

    if (now - looking->machine_seen_ns < looking->options->interval_ns / 2)
        return;
    looking->machine_seen_ns = now;
    watch_machine(looking->watch, now);
}

static void process_sampled(void *context, const struct process_record *record)
{
    struct looking *looking = context;

    look_at_machine(looking);
    watch_process(looking->watch, record->pid, elapsed_ns(looking), false);
}

/* It stands still at its end, and all its memory is still there. */
static uint64_t process_stopped(void *context, const struct process_record *record, const struct snapshot *snapshot,
                                enum snapshot_reason reason, void **attachment)
{
    struct looking *looking = context;

    watch_process(looking->watch, record->pid, elapsed_ns(looking), true);
    return 0;
}

static void process_ended(void *context, const struct process_record *record, void *attachment)
{
    struct looking *looking = context;

    watch_ended(looking->watch, record->pid, record->oom_killed);
}

static void report_due(void *context)
{
}

static char *describe_end(int status)
{
    if (WIFEXITED(status))
        return xasprintf("exited with status %d", WEXITSTATUS(status));
    const char *name = signal_name(WTERMSIG(status));
    return name ? xasprintf("killed by %s", name) : xasprintf("killed by signal %d", WTERMSIG(status));
}

static int run(struct looking *looking)
{
    const struct session_settings settings = {
        .command = looking->options->program,
        .trace_children = true,
        .sample_interval_ns = looking->options->interval_ns,
        .events = {.process_stopped = process_stopped,
                   .process_sampled = process_sampled,
                   .process_ended = process_ended,
                   .report_due = report_due,
                   .context = looking},
    };
    struct session_result result = {0};
    int status = 0;

    watch_machine(looking->watch, elapsed_ns(looking));
    int error = session_run(&settings, &result);
    if (error) {
        fprintf(stderr, "leakwatch: %s\n", result.message ? result.message : strerror(-error));
        status = EXIT_STATUS_FAILED;
    } else if (!result.started) {
        status = run_session_explain(looking->options->program[0], &result);
    } else {
        looking->end = describe_end(result.status);
        watch_machine(looking->watch, elapsed_ns(looking));
    }
    free(result.message);
    return status;
}

/* ---- The command ---- */

static int write_report(struct looking *looking, const struct run_reports *reports, struct timespec started)
{
    struct limits_report report = {
        .version = LEAKWATCH_VERSION,
        .mode = looking->options->program ? "run"
                : looking->options->pid   ? "process"
                                          : "machine",
        .command = looking->options->program,
        .started = utc_time_text(started),
        .elapsed_ns = elapsed_ns(looking),
        .end = looking->end,
    };

    watch_finish(looking->watch, &report);
    int error = run_reports_write(reports, &report);
    int status = limits_report_count(&report, FINDING_ERROR) > 0 ? EXIT_STATUS_ERRORS : 0;
    limits_report_finish(&report);
    return error ? EXIT_STATUS_FAILED : status;
}

static int look_and_write(const struct limits_options *options, int root, const struct run_reports *reports)
{
    const struct watch_settings settings = {
        .root = root,
        .checks = {.request = options->request, .warn_percent = options->warn_percent, .realtime = options->audit == AUDIT_RT},
        .keep_peak = options->program != NULL,
    };
    struct looking looking = {.options = options, .watch = watch_create(&settings), .started_ns = clock_ns(CLOCK_MONOTONIC)};
    struct timespec started;

    clock_gettime(CLOCK_REALTIME, &started);
    int status = options->program ? run(&looking) : look_unless_interrupted(&looking);
    if (status == 0)
        status = write_report(&looking, reports, started);
    watch_destroy(looking.watch);
    return status;
}

static int write_text(const void *report, const struct report_view *view, FILE *stream)
{
    return limits_report_write_text(report, view, stream);
}

static int write_json(const void *report, const struct report_view *view, FILE *stream)
{
    return limits_report_write_json(report, view, stream);
}

static int open_reports(const struct limits_options *options, struct run_reports *reports)
{
    static const struct report_format formats[] = {
        {"text", offsetof(struct limits_options, text), write_text, true},
        {"JSON", offsetof(struct limits_options, json), write_json, false},
    };
    const struct report_view view = {.verbosity = options->verbosity, .color = color_is_wanted(options->color, options->text)};

    return run_reports_open(reports, formats, sizeof formats / sizeof *formats, options, &view);
}

int limits_command(const struct limits_options *options)
{
    const char *name = options->root ? options->root : "/";
    int root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct run_reports reports;
    int status = EXIT_STATUS_FAILED;

    if (root < 0) {
        fprintf(stderr, "leakwatch: %s: %s\n", name, strerror(errno));
        return EXIT_STATUS_FAILED;
    }
    if (open_reports(options, &reports) == 0) {
        status = look_and_write(options, root, &reports);
        run_reports_finish(&reports);
    }
    close(root);
    return status;
}
