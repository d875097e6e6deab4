/* SPDX-License-Identifier: MIT
 *
 * What the user asks of the supervisor by signals, and what time asks of it. */
#include <signal.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "tracer/calls/call_tampering.h"
#include "tracer/calls/call_trace.h"
#include "tracer/limits/limit_check.h"
#include "tracer/limits/process_sample.h"
#include "tracer/limits/threshold_check.h"
#include "tracer/looks/observation.h"
#include "tracer/realtime/realtime_faults.h"
#include "tracer/realtime/realtime_watch.h"
#include "tracer/shim/heap_follow.h"
#include "attach.h"
#include "follow.h"
#include "freeze.h"
#include "signal_inbox.h"
#include "supervisor.h"

static const uint64_t second_ns = 1000000000;
/* How long a program may take to heed the signal that ends the session. */
static const uint64_t grace_ns = 2000000000;

/* For how long lines of a log may be held back. */
static const uint64_t flush_after_ns = 20000000;

/* When to look after tasks of which no maker has told. */
static const uint64_t unclaimed_ns = 100000000;

static void flush_log(struct session *session)
{
    session->flush_deadline_ns = UINT64_MAX;
    if (session->settings->trace)
        call_trace_flush(session);
}

/* Once for all that happens until then, so that a clock is not read at each stop. */
void plan_flush(struct session *session)
{
    if (session->settings->trace && session->flush_deadline_ns == UINT64_MAX)
        session->flush_deadline_ns = monotonic_ns() + flush_after_ns;
}

static void freeze_all(struct session *session, enum freeze_cause cause)
{
    for (struct process *process = session->table.processes; process; process = process->next) {
        if (process->attached && cause == FREEZE_KILL)
            continue;
        if (process->judged && session_looks_from_outside(session, process)) /* it ends: the last look was taken */
            continue;
        process->killed_by_us |= cause == FREEZE_KILL;
        if (process->is_program)
            freeze_begin(session, process, cause);
        else if (cause == FREEZE_KILL)
            kill(process->pid, SIGKILL);
    }
}

void control_look(struct session *session)
{
    freeze_all(session, FREEZE_REQUEST);
}

/* A log has no reports. */
void control_report(struct session *session)
{
    if (session->settings->trace || heap_follow_defers_report(session) || cold_tracking_defers_report(session))
        return;
    control_look(session);
    session->report_pending = true;
}

void control_look_again(struct session *session, uint64_t after_ns)
{
    session->look_again_ns = monotonic_ns() + after_ns;
}

/* From the terminal the program gets the signal itself, and decides. Who presses ^C twice means it. */
static void interrupted(struct session *session)
{
    const uint64_t now = monotonic_ns();
    const bool again = session->last_interrupt_ns != 0 && now - session->last_interrupt_ns < second_ns;

    session->result->interrupted = true;
    session->last_interrupt_ns = now;
    detach_begin(session, DETACH_ATTACHED);
    if (again)
        freeze_all(session, FREEZE_KILL);
}

/* The program and its descendants get the signal, so that they end in their own way; what does not is killed. */
static void terminate(struct session *session, int signal)
{
    detach_begin(session, DETACH_ATTACHED);
    session->result->interrupted = true;
    if (session->kill_deadline_ns != 0) {
        freeze_all(session, FREEZE_KILL);
        return;
    }
    session->kill_deadline_ns = monotonic_ns() + grace_ns;
    for (struct process *process = session->table.processes; process; process = process->next)
        if (!process->attached)
            kill(process->pid, signal);
}

/* A shell waits for the supervisor, so it must see it stop when the program does. The stop signals of a terminal reach both; what
 * the program does about them is its own affair (an editor first restores the screen), so the supervisor waits for it to stop. */
void control_group_stop(struct session *session, const struct thread *thread, int signal)
{
    if (thread->tid != session->launch.pid || (signal == SIGSTOP && !session->stop_wanted))
        return;
    session->stop_wanted = false;
    flush_log(session);
    kill(getpid(), SIGSTOP);
}

static bool asks_for_end(int signal)
{
    return signal == SIGINT || signal == SIGQUIT || signal == SIGTERM || signal == SIGHUP;
}

void control_take_late_signals(struct session *session)
{
    for (int signal = signal_inbox_take(); signal != 0; signal = signal_inbox_take())
        session->result->interrupted |= asks_for_end(signal);
}

static bool is_deaf_to(const struct session *session, int signal)
{
    const struct session_settings *settings = session->settings;

    if (signal == SIGTSTP)
        return settings->never_stopped;
    return settings->never_interrupted && asks_for_end(signal);
}

/* Who follows a heap, or waits for a look, is asked to end in an orderly way. A second request changes nothing: the process must be
 * let go unharmed. */
static bool ends_watching(struct session *session, int signal)
{
    return asks_for_end(signal) && (cold_tracking_ends_waiting(session) || heap_follow_end(session));
}

void dispatch_signal(struct session *session, const struct event *event)
{
    flush_log(session);
    if (is_deaf_to(session, event->signal) || ends_watching(session, event->signal))
        return;
    switch (event->signal) {
    case SIGUSR1:
        control_report(session);
        break;
    case SIGINT:
    case SIGQUIT:
        interrupted(session);
        break;
    case SIGTERM:
    case SIGHUP:
        terminate(session, event->signal);
        break;
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        session->stop_wanted = true;
        break;
    default:
        break;
    }
}

static void sample_process(struct session *session, struct process *process)
{
    const struct session_events *events = &session->settings->events;

    if (process->judged || session_looks_from_outside(session, process))
        return;
    process_sample_take(session, process, LOOK_BRIEF);
    realtime_faults_take_all(session, process);
    threshold_check(session, process);
    limit_check(session, process);
    if (events->process_sampled)
        events->process_sampled(events->context, &process->record);
}

static void sample(struct session *session, uint64_t now)
{
    realtime_watch_refresh(session, NULL);
    for (struct process *process = session->table.processes; process; process = process->next)
        if (process->is_program && session_reports(session, process))
            sample_process(session, process);
    session->next_sample_ns = now + session->settings->sample_interval_ns;
}

/* What was being born when the others were killed is killed the next time. */
static void enforce_limit(struct session *session, uint64_t now)
{
    session->result->timed_out = true;
    session->limit_deadline_ns = now + second_ns;
    freeze_all(session, FREEZE_KILL);
}

void dispatch_timeout(struct session *session)
{
    const uint64_t now = monotonic_ns();

    if (session->next_sample_ns <= now)
        sample(session, now);
    if (session->table.unclaimed > 0)
        follow_unclaimed(session, true);
    if (session->delayed > 0)
        call_tampering_release(session, now);
    if (session->flush_deadline_ns <= now)
        flush_log(session);
    if (heap_follow_deadline(session) <= now)
        heap_follow_end(session);
    if (session->look_again_ns <= now) {
        session->look_again_ns = UINT64_MAX;
        control_look(session);
    }
    if (session->kill_deadline_ns != 0 && session->kill_deadline_ns <= now) {
        session->kill_deadline_ns = UINT64_MAX; /* once is enough */
        freeze_all(session, FREEZE_KILL);
    }
    if (session->limit_deadline_ns <= now)
        enforce_limit(session, now);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t next_deadline(const struct session *session)
{
    uint64_t deadline = earlier(earlier(session->next_sample_ns, session->limit_deadline_ns), session->flush_deadline_ns);

    deadline = earlier(earlier(deadline, session->look_again_ns), heap_follow_deadline(session));
    deadline = earlier(deadline, cold_tracking_deadline(session));
    if (session->table.unclaimed > 0)
        deadline = earlier(deadline, monotonic_ns() + unclaimed_ns);
    if (session->kill_deadline_ns != 0)
        deadline = earlier(deadline, session->kill_deadline_ns);
    if (session->delayed > 0)
        deadline = earlier(deadline, call_tampering_deadline(session));
    return earlier(deadline, freeze_deadline(session));
}
