/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "address_space.h"
#include "call_trace.h"
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
    return session->settings->trace_children || process->pid == session->launch.pid;
}

/* A shell may have started children before it became this program: they must not keep the session from ending. */
static bool has_children_already(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

static int launch(struct session *session)
{
    const struct launch_settings settings = {.command = session->settings->command,
                                             .executable = session->settings->executable,
                                             .filter = session->settings->trace == NULL,
                                             .alone = session->settings->trace_alone};
    int error = launch_start(&settings, &session->inherited, &session->launch);

    if (error) {
        session->result->launch_error = -error;
        session->result->message = session->launch.problem ? xstrdup(session->launch.problem)
                                                           : xasprintf("cannot start the program: %s", strerror(-error));
        return error;
    }
    struct process *process =
        process_table_add_process(&session->table, session->launch.pid, address_space_create(session->launch.pid));
    process_table_add_thread(&session->table, session->launch.pid, process);
    return 0;
}

/* With a log, waits are short at first: if nothing happens by then, it is told. */
static uint64_t wait_until(const struct session *session, bool idle)
{
    const uint64_t deadline = next_deadline(session), soon_ns = 20000000;

    if (!session->settings->trace || idle)
        return deadline;
    const uint64_t soon = monotonic_ns() + soon_ns;
    return soon < deadline ? soon : deadline;
}

static void supervise(struct session *session)
{
    struct event event;
    bool idle = false;

    do {
        event = event_queue_next(&session->events, &session->inherited.handled, wait_until(session, idle));
        idle = event.kind == EVENT_TIMEOUT;
        if (session->settings->trace && (idle || event.kind == EVENT_SIGNAL))
            call_trace_idle(session);
    } while (dispatch(session, &event));
}

static void run(struct session *session)
{
    struct session_result *result = session->result;

    if (launch(session) != 0)
        return;
    supervise(session);
    if (!result->started) {
        result->exec_failed = session->launch.report->exec_error != 0;
        result->launch_error = result->exec_failed ? session->launch.report->exec_error : ESRCH;
    }
}

int session_run(const struct session_settings *settings, struct session_result *result)
{
    struct session *session = xcalloc(1, sizeof *session);

    *result = (struct session_result){0};
    session->settings = settings;
    session->result = result;
    session->run_request = settings->trace ? PTRACE_SYSCALL : PTRACE_CONT;
    session->events.times = settings->wishes.system_times;
    session->started_ns = monotonic_ns();
    session->next_sample_ns = settings->sample_interval_ns ? session->started_ns + settings->sample_interval_ns : UINT64_MAX;
    if (settings->time_limit_ns == 0 ||
        __builtin_add_overflow(session->started_ns, settings->time_limit_ns, &session->limit_deadline_ns))
        session->limit_deadline_ns = UINT64_MAX;
    session->oom_kills = oom_kill_count();
    session->has_other_children = has_children_already();
    int error = shim_file_init(&session->shim, settings->shim_path);
    if (!error) {
        inherited_state_take(&session->inherited);
        run(session);
        inherited_state_restore(&session->inherited);
    }
    result->elapsed_ns = session_time_ns(session);
    launch_finish(&session->launch);
    process_table_finish(&session->table);
    event_queue_finish(&session->events);
    libc_cache_finish(&session->libraries);
    free(session);
    return error;
}
