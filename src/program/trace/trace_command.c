/* SPDX-License-Identifier: MIT */
#include "trace_command.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "program/exit_status.h"
#include "program/options/trace_options.h"
#include "tracer/session.h"
#include "trace_json.h"
#include "trace_log.h"
#include "trace_tee.h"
#include "traced_program.h"

static_assert((int)DAEMONIZE_NO == LAUNCH_CHILD && (int)DAEMONIZE_GRANDCHILD == LAUNCH_GRANDCHILD &&
                  (int)DAEMONIZE_PGROUP == LAUNCH_PGROUP && (int)DAEMONIZE_SESSION == LAUNCH_SESSION,
              "one stands for the other");

/* ---- The session ----------------------------------------------------------------------------------------------------------- */

static int explain_failed_launch(const struct trace_options *options, const struct session_result *result)
{
    if (result->message)
        fprintf(stderr, "leakwatch: %s\n", result->message);
    else
        fprintf(stderr, "leakwatch: %s: %s\n", options->program[0], strerror(result->launch_error));
    if (!result->exec_failed)
        return EXIT_STATUS_FAILED;
    return result->launch_error == ENOENT ? EXIT_STATUS_NOT_FOUND : EXIT_STATUS_NOT_EXECUTED;
}

static int run(const struct trace_log *log, const struct trace_events *events, const struct trace_wishes *wishes,
               const struct traced_program *program)
{
    const struct trace_options *options = log->options;
    const struct trace_settings trace = {.events = *events,
                                         .wishes = *wishes,
                                         .calls = &options->trace,
                                         .alone = !options->follow_forks,
                                         .no_filter = options->seccomp_bpf == SECCOMP_BPF_NO,
                                         .detach_on_exec = options->detach_on_execve,
                                         .kill_on_exit = options->kill_on_exit,
                                         .call_limit = options->syscall_limit};
    const struct session_settings settings = {.trace = &trace,
                                              .injections = options->injections.items,
                                              .injection_count = options->injections.count,
                                              .attach = options->attach.items,
                                              .attach_count = options->attach.count,
                                              .never_interrupted = options->interruptible >= INTERRUPTIBLE_NEVER,
                                              .never_stopped = options->interruptible == INTERRUPTIBLE_NEVER_TSTP,
                                              .way = (enum launch_way)options->daemonize.value,
                                              .user = program->user.name ? &program->user : NULL,
                                              .command = program->arguments,
                                              .environment = program->environment,
                                              .executable = program->executable,
                                              .files = log->files};
    struct session_result result;
    int status;

    int error = session_run(&settings, &result);
    if (error) {
        fprintf(stderr, "leakwatch: %s\n", result.message ? result.message : strerror(-error));
        status = wait_status_of_exit(EXIT_STATUS_FAILED);
    } else if (!result.started) {
        const int failure = wait_status_of_exit(explain_failed_launch(options, &result));
        status = result.killed ? result.status : failure;
    } else {
        status = result.status;
    }
    free(result.message);
    return status;
}

static int write_both_logs(const struct trace_options *options, struct trace_log *log, const struct traced_program *program)
{
    const struct trace_wishes wishes = trace_log_wishes(log);
    struct trace_json json;

    if (trace_json_init(&json, options, log) != 0)
        return wait_status_of_exit(EXIT_STATUS_FAILED);
    struct trace_tee tee = {{trace_log_events(log), trace_json_events(&json)}};
    const struct trace_events events = trace_tee_events(&tee);
    int status = run(log, &events, &wishes, program);
    trace_json_finish(&json);
    return status;
}

static int write_text_log(struct trace_log *log, const struct traced_program *program)
{
    const struct trace_wishes wishes = trace_log_wishes(log);
    const struct trace_events events = trace_log_events(log);

    return run(log, &events, &wishes, program);
}

/* A log that could not be written is said; the exit status stays the program's. */
static int write_log(const struct trace_options *options, const struct traced_program *program)
{
    struct trace_log log;

    if (trace_log_init(&log, options) != 0)
        return wait_status_of_exit(EXIT_STATUS_FAILED);
    int status = options->json ? write_both_logs(options, &log, program) : write_text_log(&log, program);
    trace_log_finish(&log);
    return status;
}

int trace_command(const struct trace_options *options)
{
    struct traced_program program;
    int status;
    const char *problem = traced_program_init(&program, options);
    if (problem) {
        fprintf(stderr, "leakwatch: user '%s': %s\n", options->user, problem);
        status = wait_status_of_exit(EXIT_STATUS_FAILED);
    } else if (program.arguments && !program.executable) {
        fprintf(stderr, "leakwatch: %s: %s\n", options->program[0], strerror(ENOENT));
        status = wait_status_of_exit(EXIT_STATUS_NOT_FOUND);
    } else {
        status = write_log(options, &program);
    }
    traced_program_finish(&program);
    return status;
}
