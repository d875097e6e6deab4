/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/clock_ns.h"
#include "base/xalloc.h"
#include "syscalls/call_set.h"
#include "syscalls/injection.h"
#include "tracer/calls/call_trace.h"
#include "tracer/calls/seccomp_filter.h"
#include "tracer/limits/oom_kill.h"
#include "tracer/limits/process_sample.h"
#include "tracer/realtime/realtime_look.h"
#include "tracer/realtime/realtime_tracking.h"
#include "address_space.h"
#include "attach.h"
#include "freeze.h"
#include "signal_inbox.h"
#include "supervisor.h"
#include "tracee.h"

uint64_t monotonic_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

uint64_t session_time_ns(const struct session *session)
{
    return monotonic_ns() - session->started_ns;
}

bool session_reports_next(const struct session *session, const struct process *process)
{
    if (session->settings->trace)
        return false;
    return session->settings->trace_children || process->pid == session->launch.pid || process->attached;
}

bool session_reports(const struct session *session, const struct process *process)
{
    if (session->settings->forked_children && !session->settings->trace && !process->changed_program)
        return true;
    return session_reports_next(session, process);
}

bool session_looks_from_outside(const struct session *session, const struct process *process)
{
    return process->attached && !session->heap_follow;
}

/* A shell may have started children before it became this program: they must not keep the session from ending. */
static bool has_children_already(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL | __WNOTHREAD) == 0;
}

/* Whether the kernel selects the calls that stop the program. With a filter it cannot make those calls without us: not where it, or
 * what it makes, is to run on alone. */
static bool filters_calls(const struct session_settings *settings)
{
    const struct trace_settings *trace = settings->trace;

    if (!trace)
        return settings->command != NULL;
    return !trace->alone && !trace->no_filter && !trace->detach_on_exec && trace->call_limit == 0 && settings->attach_count == 0 &&
           !call_set_is_full(trace->calls);
}

/* A program without a filter outlives a tracer that is killed, unless that is not wanted. Who is only looked at may make what
 * processes it likes meanwhile; its threads must stand still. Copies of one that is followed have the hooks, too. */
static unsigned choose_options(const struct session *session)
{
    const struct trace_settings *trace = session->settings->trace;
    unsigned options = TRACEE_OPTIONS;

    if (trace && trace->alone)
        options &= ~(unsigned)TRACEE_FOLLOW_OPTIONS;
    if (!trace && !session->settings->command && !session->settings->follow)
        options &= ~(unsigned)TRACEE_FOLLOW_OPTIONS | PTRACE_O_TRACECLONE;
    if (!session->filtered && !(trace && trace->kill_on_exit))
        options &= ~(unsigned)PTRACE_O_EXITKILL;
    return options;
}

/* Which file the code of a stack is of changes with them. */
static void add_mapping_calls(struct call_set *calls)
{
    for (unsigned number = 0; number < SYSCALL_TABLE_SIZE; number++) {
        const struct syscall_row *row = syscall_table_row(number);
        if (row && row->effects & (EFFECT_MAPS | EFFECT_UNMAPS | EFFECT_REMAPS))
            call_set_add(calls, number);
    }
}

static size_t build_filter(const struct session_settings *settings, struct sock_filter *instructions)
{
    struct call_set calls;

    if (settings->trace)
        calls = *settings->trace->calls;
    else
        call_set_clear(&calls);
    for (size_t i = 0; i < settings->injection_count; i++)
        call_set_join(&calls, &settings->injections[i].calls);
    if (settings->trace && settings->trace->wishes.stacks)
        add_mapping_calls(&calls);
    if (settings->trace)
        return call_filter_build(&calls, instructions);
    if (settings->audit_realtime)
        realtime_tracking_add_calls(settings, &calls);
    const struct seccomp_filter_wishes wishes = {.calls = &calls, .descriptors = settings->track_descriptors};
    return seccomp_filter_build(&wishes, instructions);
}

static char *explain_launch(const struct session *session, int error)
{
    return session->launch.problem ? xstrdup(session->launch.problem) : xasprintf("cannot start the program: %s", strerror(-error));
}

static int launch(struct session *session)
{
    const struct session_settings *settings = session->settings;
    struct sock_filter instructions[SECCOMP_FILTER_CAPACITY];
    struct sock_fprog filter = {.filter = instructions};

    if (session->filtered)
        filter.len = (unsigned short)build_filter(settings, instructions);
    const struct launch_settings how = {.command = settings->command,
                                        .executable = settings->executable,
                                        .environment = settings->environment,
                                        .filter = session->filtered ? &filter : NULL,
                                        .user = settings->user,
                                        .options = session->seize_options};
    if (session->launch.is_program)
        launch_become_program(&how, NULL, &session->launch);
    int error = launch_start(&how, &session->inherited, &session->launch);

    if (error) {
        session->result->launch_error = -error;
        session->result->message = explain_launch(session, error);
        return error;
    }
    struct process *process =
        process_table_add_process(&session->table, session->launch.pid, address_space_create(session->launch.pid));
    process_table_add_thread(&session->table, session->launch.pid, process);
    session->launched_runs = true;
    return 0;
}

static void supervise(struct session *session)
{
    struct event event;

    do {
        session->events.tracees = session->table.thread_count;
        event = event_queue_next(&session->events, next_deadline(session), session->table.thread_count == 1);
        if (event.kind == EVENT_STATUS)
            plan_flush(session);
    } while (dispatch(session, &event) && cold_tracking_settle(session));
}

/* Returns false if the process cannot be had, or has ended meanwhile. */
static bool wait_for_cold(struct session *session)
{
    return session->settings->cold_ns == 0 || (attach_all(session) == 0 && cold_tracking_wait(session));
}

/* Nothing to do if it has been taken for an earlier part. */
static int take_hold(struct session *session)
{
    if (session->table.process_count > 0)
        return 0;
    session->result->started = false;
    return attach_all(session);
}

/* Hold of the process is taken anew if it has been let go and its memory turns out to be in the middle of a change. */
static void look_from_outside(struct session *session)
{
    if (!wait_for_cold(session))
        return;
    outside_looks_prepare(session, session->settings->attach[0].pid);
    do {
        session->outside.again = false;
        session->outside.still_since_ns = monotonic_ns();
        if (take_hold(session) != 0)
            return;
        const bool forked = outside_looks_fork(session);
        control_look(session);
        if (forked) { /* no event will come: all stand still already */
            freeze_settle(session);
            detach_forget(session);
        }
        supervise(session);
    } while (session->outside.again);
}

/* The program was never executed. */
static void explain_end(struct session *session)
{
    const struct launch_report *report = session->launch.report;
    struct session_result *result = session->result;

    result->exec_failed = report->exec_error != 0;
    result->killed = !report->exec_error && !report->user_error && WIFSIGNALED(result->status);
    result->launch_error = result->exec_failed ? report->exec_error : report->user_error ? report->user_error : ESRCH;
    if (report->user_error)
        result->message =
            xasprintf("cannot run the program as %s: %s", session->settings->user->name, strerror(report->user_error));
    else if (result->killed)
        result->message = xasprintf("%s: ended by a signal before it was executed: %s", session->settings->command[0],
                                    strsignal(WTERMSIG(result->status)));
}

static void run(struct session *session)
{
    struct session_result *result = session->result;

    if (session->settings->attach_count > 0 && !session->settings->trace && !session->settings->follow) {
        look_from_outside(session);
        return;
    }
    if (session->settings->follow)
        outside_looks_guard(&session->outside, session->settings->attach[0].pid);
    if (session->settings->attach_count > 0 && attach_all(session) != 0)
        return;
    if (session->settings->follow && heap_follow_begin(session) != 0)
        return;
    if (session->settings->command && launch(session) != 0)
        return;
    cold_tracking_begin(session);
    supervise(session);
    if (!result->started)
        explain_end(session);
}

int session_run(const struct session_settings *settings, struct session_result *result)
{
    struct session *session = xcalloc(1, sizeof *session);

    *result = (struct session_result){0};
    session->settings = settings;
    session->result = result;
    session->unwinder.held = settings->files;
    session->filtered = filters_calls(settings);
    session->seize_options = choose_options(session);
    session->run_request = settings->trace && !session->filtered ? PTRACE_SYSCALL : PTRACE_CONT;
    session->sharing.enabled = settings->trace && !session->filtered && settings->attach_count == 0;
    session->events.keeps_signals = settings->attach_count > 0; /* they live on if leakwatch is killed */
    session->events.times = settings->trace && settings->trace->wishes.system_times;
    session->flush_deadline_ns = session->look_again_ns = session->cold.due_ns = UINT64_MAX;
    session->started_ns = monotonic_ns();
    session->next_sample_ns = settings->sample_interval_ns ? session->started_ns + settings->sample_interval_ns : UINT64_MAX;
    if (settings->time_limit_ns == 0 ||
        __builtin_add_overflow(session->started_ns, settings->time_limit_ns, &session->limit_deadline_ns))
        session->limit_deadline_ns = UINT64_MAX;
    oom_watch_begin(&session->oom);
    int error = shim_file_init(&session->shim, settings->shim_path);
    if (!error)
        error = launch_prepare(&session->launch, settings->way);
    if (!error && session->launch.is_program)
        launch(session);
    session->has_other_children = has_children_already();
    if (!error)
        error = signal_inbox_open();
    if (!error) {
        inherited_state_take(&session->inherited);
        process_sample_begin(session);
        run(session);
        process_sample_end(session);
        realtime_look_end(session);
        signal_inbox_close();
        cpu_sharing_part(&session->sharing);
        inherited_state_leave(&session->inherited);
        control_take_late_signals(session);
    }
    result->elapsed_ns = session_time_ns(session);
    launch_finish(&session->launch);
    process_table_finish(&session->table);
    event_queue_finish(&session->events);
    arena_finish(&session->signal.arena);
    libc_cache_finish(&session->libraries);
    unwinder_finish(&session->unwinder);
    outside_looks_finish(&session->outside);
    cold_tracking_finish(&session->cold);
    heap_follow_destroy(session->heap_follow);
    stack_sites_finish(&session->lock_sites);
    segment_locks_finish(&session->segments);
    oom_watch_finish(&session->oom);
    free(session);
    return error;
}
