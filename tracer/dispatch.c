/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <sys/ptrace.h>

#include "tracer/calls/call_trace.h"
#include "tracer/calls/calls.h"
#include "tracer/calls/interrupted_call.h"
#include "tracer/realtime/realtime_tracking.h"
#include "tracer/shim/borrowed_thread.h"
#include "address_space.h"
#include "attach.h"
#include "follow.h"
#include "freeze.h"
#include "stop.h"
#include "supervisor.h"
#include "tracee.h"

/* The launched child stops itself if it could not have its filter: from here on every system call stops it. */
static bool tells_of_missing_filter(struct session *session, const struct thread *thread, const struct stop *stop)
{
    return !session->result->started && thread->tid == session->launch.pid && session->launch.report->stops &&
           stop->value == SIGSTOP;
}

static void note_fault(struct thread *thread)
{
    siginfo_t info;

    if (tracee_signal_info(thread->tid, &info) == 0 && info.si_code == SEGV_MAPERR)
        thread->fault_address = (uint64_t)info.si_addr;
}

static void deliver_signal(struct session *session, struct thread *thread, const struct stop *stop)
{
    if (tells_of_missing_filter(session, thread, stop)) {
        session->run_request = PTRACE_SYSCALL;
        thread_run_on(session, thread);
        return;
    }
    if (session->settings->trace)
        call_trace_signal(session, thread);
    else {
        if (stop->value == SIGSEGV)
            note_fault(thread);
        realtime_tracking_signal(session, thread, stop->value);
    }
    thread_deliver(session, thread, stop->value);
}

static void enter_vfork(struct session *session, struct thread *thread)
{
    thread->in_vfork = tracee_registers(thread->tid, &thread->vfork_registers) == 0;
    follow_new_child(session, thread);
    calls_made_task(session, thread);
    thread_run_on(session, thread);
}

/* Whether calls that we interrupt are to be made again as if nothing had been. */
static bool must_not_notice(const struct process *process)
{
    return process->attached || process->freeze_causes & FREEZE_HOLD;
}

/* Acts on a stop of a thread whose process is known. */
static void act_on_stop(struct session *session, struct thread *thread, const struct stop *stop)
{
    if (!process_borrows_memory(thread->process))
        thread->process->space->memory.tid = thread->tid;
    if (borrowed_thread_stopped(thread, stop))
        return;
    thread->at_event_stop = stop->kind == STOP_INTERRUPT;
    if (stop->kind == STOP_INTERRUPT && must_not_notice(thread->process) && !session->settings->trace)
        interrupted_call_restart(thread->tid);
    switch (stop->kind) {
    case STOP_SECCOMP:
    case STOP_SYSCALL:
        if (session->settings->trace)
            call_trace_act(session, thread, stop->kind);
        else
            calls_act(session, thread, stop->kind);
        break;
    case STOP_NEW_CHILD:
        follow_new_child(session, thread);
        calls_made_task(session, thread);
        thread_run_on(session, thread);
        break;
    case STOP_VFORK:
        enter_vfork(session, thread);
        break;
    case STOP_VFORK_DONE:
        thread->in_vfork = false;
        thread_run_on(session, thread);
        break;
    case STOP_EXIT:
        if (session->settings->trace)
            call_trace_act_on_exit(session, thread);
        else
            calls_act_on_exit(session, thread);
        break;
    case STOP_GROUP:
        if (session->settings->trace)
            call_trace_stop(session, thread, stop->value);
        thread_resume(session, thread, PTRACE_LISTEN, 0);
        control_group_stop(session, thread, stop->value);
        break;
    case STOP_SIGNAL:
        deliver_signal(session, thread, stop);
        break;
    default:
        thread_run_on(session, thread);
        break;
    }
}

/* The first stop of a task that nobody has told of yet: it waits for its maker's word. */
static void park(struct session *session, struct thread *thread, const struct stop *stop)
{
    thread->state = THREAD_HELD;
    thread->held_request = stop->kind == STOP_GROUP ? PTRACE_LISTEN : session->run_request;
    thread->held_signal = stop->kind == STOP_SIGNAL ? stop->value : 0;
}

/* It may not be traced any more. */
static void end_launched(struct session *session, int status)
{
    session->launched_runs = false;
    session->result->status = status;
}

static void dispatch_status(struct session *session, const struct tracee_status *status)
{
    const struct stop stop = stop_decode(status->status);
    struct thread *thread = process_table_thread(&session->table, status->tid);

    if (stop.kind == STOP_EXITED || stop.kind == STOP_KILLED) {
        if (status->tid == session->launch.pid)
            end_launched(session, status->status);
        if (thread && session->settings->trace)
            call_trace_end(session, thread, status->status);
        if (thread)
            follow_end(session, thread, &stop, status->status);
        return;
    }
    if (stop.kind == STOP_EXEC)
        thread = follow_exec(session, status->tid);
    if (thread)
        thread->system_ns = status->system_ns;
    if (!thread)
        thread = follow_unknown(session, status->tid);
    if (thread->process)
        act_on_stop(session, thread, &stop);
    else
        park(session, thread, &stop);
}

/* The user's request is answered when the last process has been looked at. */
static void answer_request(struct session *session)
{
    if (!session->report_pending)
        return;
    for (const struct process *process = session->table.processes; process; process = process->next)
        if (process->freeze_causes & FREEZE_REQUEST)
            return;
    session->report_pending = false;
    session->settings->events.report_due(session->settings->events.context);
}

/* A task that nobody has seen yet may still come, after all that are known have ended: only the kernel knows that there are no
 * more. It cannot say so while we have other children. */
bool session_is_over(const struct session *session)
{
    return session->has_other_children && session->table.process_count == 0 && session->table.unclaimed == 0 &&
           !session->launched_runs;
}

bool dispatch(struct session *session, const struct event *event)
{
    switch (event->kind) {
    case EVENT_STATUS:
        dispatch_status(session, &event->status);
        break;
    case EVENT_SIGNAL:
        dispatch_signal(session, event);
        break;
    case EVENT_TIMEOUT:
        dispatch_timeout(session);
        break;
    case EVENT_ALONE:
        return false;
    }
    freeze_settle(session);
    answer_request(session);
    detach_forget(session);
    return !session_is_over(session);
}

bool session_step(struct session *session, uint64_t deadline_ns)
{
    const uint64_t next = next_deadline(session);
    const struct event event = event_queue_next(&session->events, next < deadline_ns ? next : deadline_ns, false);

    return dispatch(session, &event);
}
