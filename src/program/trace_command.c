/* SPDX-License-Identifier: MIT */
#include "trace_command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_status.h"
#include "syscalls/decoder.h"
#include "trace_log.h"
#include "trace_options.h"
#include "xalloc.h"

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

static int run(const struct trace_options *options, struct trace_log *log, const char *executable)
{
    const struct decode_options decode = {
        .string_limit = options->string_limit, .abbreviate = call_set_is_full(&options->abbrev), .dereference = true};
    const struct trace_events events = trace_log_events(log);
    const struct session_settings settings = {
        .trace = &events,
        .decode = &decode,
        .trace_alone = !options->follow_forks,
        .command = options->program,
        .executable = executable,
        .events = {.process_stopped = process_stopped, .process_ended = process_ended, .report_due = report_due}};
    struct session_result result;

    int error = session_run(&settings, &result);
    int status = error ? wait_status_of_exit(EXIT_STATUS_FAILED) : result.status;
    if (error || result.message)
        fprintf(stderr, "leakwatch: %s\n", result.message ? result.message : strerror(-error));
    if (!error && !result.started) {
        if (!result.message)
            fprintf(stderr, "leakwatch: %s: %s\n", options->program[0], strerror(result.launch_error));
        status = wait_status_of_exit(!result.exec_failed             ? EXIT_STATUS_FAILED
                                     : result.launch_error == ENOENT ? EXIT_STATUS_NOT_FOUND
                                                                     : EXIT_STATUS_NOT_EXECUTED);
    }
    free(result.message);
    return status;
}

static FILE *open_log(const struct trace_options *options)
{
    if (options->output == NULL)
        return fdopen(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), "w");
    return fopen(options->output, options->output_append ? "ae" : "we");
}

int trace_command(const struct trace_options *options)
{
    struct trace_log log = {0};
    int status = wait_status_of_exit(EXIT_STATUS_FAILED);

    if (options->program == NULL) {
        fprintf(stderr, "leakwatch: attaching to a process is not there yet\n");
        return status;
    }
    char *executable = find_executable(options->program[0]);
    log.stream = executable ? open_log(options) : NULL;
    log.always_pid = options->follow_forks && options->output;
    if (!executable) {
        fprintf(stderr, "leakwatch: %s: %s\n", options->program[0], strerror(ENOENT));
        return wait_status_of_exit(EXIT_STATUS_NOT_FOUND);
    }
    if (log.stream) {
        status = run(options, &log, executable);
        int error = trace_log_finish(&log);
        if (error)
            fprintf(stderr, "leakwatch: %s: %s\n", options->output ? options->output : "standard error", strerror(-error));
        fclose(log.stream);
    } else {
        fprintf(stderr, "leakwatch: %s: %s\n", options->output, strerror(errno));
    }
    free(executable);
    return status;
}
