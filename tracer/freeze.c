/* SPDX-License-Identifier: MIT */
#include "freeze.h"

#include <sys/ptrace.h>

#include "tracer/looks/observation.h"
#include "attach.h"
#include "supervisor.h"
#include "tracee.h"

/* How long to wait for the next thread to stop: one may sleep in the kernel where no signal reaches it. A dying process waits less:
 * while it is held, older kernels cannot finish its core dump. */
static const uint64_t patience_ns = 2000000000, patience_dying_ns = 500000000;

static void release(struct session *session, struct thread *thread)
{
    event_queue_goes_on(&session->events, thread->tid);
    /* -ESRCH: it was killed, the news is on its way. */
    tracee_resume(thread->tid, thread->held_request, thread->held_signal);
    thread->state = thread->at_exit ? THREAD_EXITING : THREAD_RUNNING;
    if (thread->at_exit)
        event_queue_expect(&session->events, thread->tid);
    thread->at_exit_group = false;
}

/* A signal is not held back where the program lives on without us (event_queue_goes_on()): it is delivered, and its thread stops
 * again before it does anything: the kernel sees to the interrupt first. Its handler has begun then, as if it had come a moment
 * before. */
static bool passes_on(const struct session *session, const struct thread *thread)
{
    return thread->held_signal != 0 && session->events.keeps_signals && !thread->borrowed;
}

static void pass_on(struct session *session, struct thread *thread)
{
    tracee_interrupt(thread->tid);
    release(session, thread);
    event_queue_expect(&session->events, thread->tid);
}

void thread_resume(struct session *session, struct thread *thread, int request, int signal)
{
    if (detach_wanted(session, thread->process)) {
        detach_thread(session, thread, signal);
        return;
    }
    thread->held_request = request;
    thread->held_signal = signal;
    thread->state = THREAD_HELD;
    if (thread->process->freeze_causes == 0) {
        release(session, thread);
        return;
    }
    if (passes_on(session, thread))
        pass_on(session, thread);
    thread->process->freeze_deadline_ns = monotonic_ns() + thread->process->freeze_patience_ns;
}

void thread_deliver(struct session *session, struct thread *thread, int signal)
{
    thread_resume(session, thread, thread->stops_at_exit ? PTRACE_SYSCALL : session->run_request, signal);
}

void thread_run_on(struct session *session, struct thread *thread)
{
    thread_deliver(session, thread, 0);
}

static void expect_stops(struct session *session, struct process *process, bool ask)
{
    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        if (thread->state != THREAD_RUNNING || thread->in_vfork)
            continue;
        if (ask)
            tracee_interrupt(thread->tid);
        event_queue_expect(&session->events, thread->tid);
    }
}

void freeze_begin(struct session *session, struct process *process, enum freeze_cause cause)
{
    const bool first = process->freeze_causes == 0;
    const uint64_t patience = cause == FREEZE_DEATH ? patience_dying_ns : patience_ns;

    process->freeze_causes |= cause;
    if (first || patience < process->freeze_patience_ns) {
        process->freeze_patience_ns = patience;
        process->freeze_deadline_ns = monotonic_ns() + patience;
    }
    if (first)
        expect_stops(session, process, cause != FREEZE_DEATH); /* a dying process needs no asking */
}

bool freeze_is_complete(const struct process *process)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next) {
        const bool waits_for_child = thread->in_vfork && process->freeze_causes != FREEZE_DEATH;
        if (thread->state == THREAD_RUNNING && !waits_for_child)
            return false;
    }
    return true;
}

/* While a thread replaces the image, the kernel waits for its siblings to end: holding them would stop both for good. */
static bool must_not_wait(const struct process *process)
{
    if (!(process->freeze_causes & FREEZE_DEATH))
        return false;
    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->exec && thread->state == THREAD_RUNNING)
            return true;
    return false;
}

/* A thread that ends changes no memory any more, and its process cannot end before it. */
static bool stands_aside(const struct thread *thread)
{
    return thread->stands_well && !thread->at_exit;
}

void freeze_end(struct session *session, struct process *process)
{
    process->freeze_causes = 0;
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->state == THREAD_HELD && !thread->borrowed && detach_wanted(session, process))
            detach_thread(session, thread, thread->held_signal);
        else if (thread->state == THREAD_HELD && !stands_aside(thread) && !thread->borrowed)
            release(session, thread);
}

/* Who holds a process without another cause looks at it, and at the clock, itself. */
static bool is_to_be_settled(const struct process *process)
{
    return process->freeze_causes != 0 && process->freeze_causes != FREEZE_HOLD;
}

uint64_t freeze_deadline(const struct session *session)
{
    uint64_t deadline = UINT64_MAX;

    for (const struct process *process = session->table.processes; process; process = process->next)
        if (is_to_be_settled(process) && process->freeze_deadline_ns < deadline)
            deadline = process->freeze_deadline_ns;
    return deadline;
}

void freeze_settle(struct session *session)
{
    for (struct process *process = session->table.processes; process; process = process->next) {
        if (!is_to_be_settled(process))
            continue;
        if (!freeze_is_complete(process) && !must_not_wait(process) && monotonic_ns() < process->freeze_deadline_ns)
            continue;
        observe_frozen(session, process);
        freeze_end(session, process);
    }
}
