/* SPDX-License-Identifier: MIT */
#include "trace_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_status.h"
#include "trace_log.h"
#include "trace_options.h"
#include "xalloc.h"

/* What strace has and this version has not is refused, not passed over. */
static const char *missing_option(const struct trace_options *options)
{
    const struct {
        const char *name;
        bool given;
    } missing[] = {
        {"-p", options->attach.count > 0},
        {"-b", options->detach_on_execve},
        {"-E", options->environment.count > 0},
        {"-u", options->user != NULL},
        {"--argv0", options->argv0 != NULL},
        {"-D", options->daemonize.value != DAEMONIZE_NO},
        {"--syscall-limit", options->syscall_limit != 0},
        {"--seccomp-bpf", options->seccomp_bpf == SECCOMP_BPF_YES},
        {"-e inject", options->injections.count > 0},
        {"--json", options->json != NULL},
        {"-k", options->stack_trace},
        {"--summary-json", options->summary_json != NULL},
    };

    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (missing[i].given)
            return missing[i].name;
    return NULL;
}

/* ---- The program's file ---------------------------------------------------------------------------------------------------- */

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* The file of `name` in PATH; `name` itself if it has a slash or is not found. The caller frees it. The log is to show one execve,
 * not one for each directory. */
static char *find_executable(const char *name)
{
    const char *path = getenv("PATH");

    while (!strchr(name, '/') && path && *path) {
        const size_t length = strcspn(path, ":");
        char *candidate = length ? xasprintf("%.*s/%s", (int)length, path, name) : xasprintf("./%s", name);
        if (is_executable(candidate))
            return candidate;
        free(candidate);
        path += length + (path[length] == ':');
    }
    return strchr(name, '/') ? xstrdup(name) : NULL;
}

/* ---- The session ----------------------------------------------------------------------------------------------------------- */

/* Heaps are not looked at. */
static uint64_t process_stopped(void *context, const struct process_record *record, const struct snapshot *snapshot,
                                enum snapshot_reason reason, void **attachment)
{
    return 0;
}

static void process_ended(void *context, const struct process_record *record, void *attachment)
{
}

static void report_due(void *context)
{
}

static int explain_failed_launch(const struct trace_options *options, const struct session_result *result)
{
    fprintf(stderr, "leakwatch: %s: %s\n", options->program[0], result->message ? result->message : strerror(result->launch_error));
    if (!result->exec_failed)
        return EXIT_STATUS_FAILED;
    return result->launch_error == ENOENT ? EXIT_STATUS_NOT_FOUND : EXIT_STATUS_NOT_EXECUTED;
}

static int run(const struct trace_options *options, struct trace_log *log, const char *executable)
{
    const struct trace_events events = trace_log_events(log);
    const struct session_settings settings = {
        .trace = &events,
        .wishes = trace_log_wishes(log),
        .trace_alone = !options->follow_forks,
        .command = options->program,
        .executable = executable,
        .events = {.process_stopped = process_stopped, .process_ended = process_ended, .report_due = report_due}};
    struct session_result result;
    int status;

    int error = session_run(&settings, &result);
    if (error) {
        fprintf(stderr, "leakwatch: %s\n", result.message ? result.message : strerror(-error));
        status = wait_status_of_exit(EXIT_STATUS_FAILED);
    } else if (!result.started) {
        status = wait_status_of_exit(explain_failed_launch(options, &result));
    } else {
        status = result.status;
    }
    free(result.message);
    return status;
}

/* A log that could not be written is said; the exit status stays the program's. */
static int write_log(const struct trace_options *options, const char *executable)
{
    struct trace_log log;

    if (trace_log_init(&log, options) != 0)
        return wait_status_of_exit(EXIT_STATUS_FAILED);
    int status = run(options, &log, executable);
    trace_log_finish(&log);
    return status;
}

int trace_command(const struct trace_options *options)
{
    const char *missing = missing_option(options);

    if (missing) {
        fprintf(stderr, "leakwatch: option '%s' of trace is not in this version\n", missing);
        return wait_status_of_exit(EXIT_STATUS_FAILED);
    }
    char *executable = find_executable(options->program[0]);
    if (!executable) {
        fprintf(stderr, "leakwatch: %s: %s\n", options->program[0], strerror(ENOENT));
        return wait_status_of_exit(EXIT_STATUS_NOT_FOUND);
    }
    int status = write_log(options, executable);
    free(executable);
    return status;
}
