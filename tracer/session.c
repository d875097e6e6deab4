/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>

#include "address_space.h"
#include "launch.h"
#include "oom_kill.h"
#include "supervisor.h"
#include "xalloc.h"

uint64_t monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t session_time_ns(const struct session *session)
{
    return monotonic_ns() - session->started_ns;
}

bool session_reports(const struct session *session, const struct process *process)
{
    return process->is_program && (session->settings->trace_children || process->pid == session->launched);
}

static void follow_launched(struct session *session)
{
    struct process *process =
        process_table_add_process(&session->table, session->launched, address_space_create(session->launched));

    process_table_add_thread(&session->table, session->launched, process);
}

static int launch(struct session *session)
{
    bool traced;

    int error = launch_start(session->settings->command, &session->signals, &session->launched, &session->launch, &traced);
    if (error) {
        session->result->launch_error = -error;
        session->result->message = xasprintf("cannot trace: %s", strerror(-error));
        return error;
    }
    follow_launched(session);
    return 0;
}

static void supervise(struct session *session)
{
    struct event event;

    do
        event = event_queue_next(&session->events, &session->signals.handled, next_deadline(session));
    while (dispatch(session, &event));
}

int session_run(const struct session_settings *settings, struct session_result *result)
{
    struct session *session = xcalloc(1, sizeof *session);

    *result = (struct session_result){0};
    *session = (struct session){.settings = settings, .result = result, .started_ns = monotonic_ns(), .run_request = PTRACE_CONT};
    session->oom_kills = oom_kill_count();
    int error = shim_file_init(&session->shim, settings->shim_path);
    if (error) {
        free(session);
        return error;
    }
    supervisor_signals_take(&session->signals);
    if (launch(session) == 0) {
        supervise(session);
        if (!result->started) {
            result->exec_failed = session->launch->exec_error != 0;
            result->launch_error = result->exec_failed ? session->launch->exec_error : ESRCH;
        }
        launch_destroy(session->launch);
    }
    result->elapsed_ns = session_time_ns(session);
    process_table_finish(&session->table);
    event_queue_finish(&session->events);
    libc_cache_finish(&session->libraries);
    supervisor_signals_restore(&session->signals);
    free(session);
    return 0;
}
