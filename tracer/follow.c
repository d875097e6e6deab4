/* SPDX-License-Identifier: MIT */
#include "follow.h"

#include <linux/sched.h>
#include <signal.h>

#include "tracer/calls/call_tampering.h"
#include "tracer/calls/call_trace.h"
#include "tracer/calls/clone_request.h"
#include "tracer/calls/exec_attempt.h"
#include "tracer/descriptors/descriptor_tracking.h"
#include "tracer/kernel/proc_status.h"
#include "tracer/locks/lock_tracking.h"
#include "tracer/looks/observation.h"
#include "tracer/realtime/realtime_tracking.h"
#include "tracer/realtime/realtime_watch.h"
#include "tracer/shim/heap_follow.h"
#include "address_space.h"
#include "attach.h"
#include "freeze.h"
#include "image.h"
#include "supervisor.h"
#include "tracee.h"

struct thread *follow_unknown(struct session *session, pid_t tid)
{
    return process_table_add_thread(&session->table, tid, NULL);
}

/* ---- Birth ---------------------------------------------------------------------------------------------------------------- */

static struct process *new_process(struct session *session, const struct process *maker, pid_t pid, bool shares_memory)
{
    struct address_space *space = shares_memory ? address_space_ref(maker->space) : address_space_copy(maker->space, pid);
    struct process *process = process_table_add_process(&session->table, pid, space);

    process->attached = maker->attached;
    image_copy(session, process, maker);
    raised_limits_fork(process, maker);
    heap_follow_forked(session, process);
    return process;
}

/* Gives the new task its place; it runs from its first stop on, which may have been seen already. */
static void adopt(struct session *session, struct thread *maker, pid_t tid, uint64_t flags)
{
    struct thread *child = process_table_thread(&session->table, tid);
    struct process *process = flags & CLONE_THREAD ? maker->process : NULL;
    const bool waits = child != NULL;

    if (child && child->process)
        return;
    if (!process) {
        process = new_process(session, maker->process, tid, flags & CLONE_VM);
        if (!(flags & CLONE_VM)) {
            lock_tracking_fork(session, maker, process->space);
            realtime_tracking_fork(session, maker, process);
        }
    }
    if (child)
        process_table_claim_thread(&session->table, child, process);
    else
        child = process_table_add_thread(&session->table, tid, process);
    descriptor_tracking_fork(session, maker, child, flags);
    realtime_watch_thread(session, child);
    if (waits)
        thread_resume(session, child, child->held_request, child->held_signal);
}

void follow_new_child(struct session *session, struct thread *thread)
{
    unsigned long tid;

    if (tracee_event_message(thread->tid, &tid) != 0)
        return;
    if (session->settings->trace)
        call_trace_fork(session, thread, (pid_t)tid);
    const struct clone_request request = clone_request_read(thread);
    if (request.flags & CLONE_PIDFD)
        descriptor_tracking_pidfd(session, thread, request.pidfd);
    adopt(session, thread, (pid_t)tid, request.flags);
}

static bool maker_is_gone(const struct session *session, const struct thread *thread)
{
    return process_table_thread(&session->table, (pid_t)proc_status_number(thread->tid, "PPid", 0)) == NULL &&
           process_table_thread(&session->table, (pid_t)proc_status_number(thread->tid, "Tgid", 0)) == thread;
}

static void adopt_orphan(struct session *session, struct thread *thread)
{
    const pid_t tgid = (pid_t)proc_status_number(thread->tid, "Tgid", thread->tid);
    struct thread *leader = process_table_thread(&session->table, tgid);
    struct thread *parent = process_table_thread(&session->table, (pid_t)proc_status_number(thread->tid, "PPid", 0));

    if (tgid != thread->tid && leader && leader->process) {
        adopt(session, leader, thread->tid, CLONE_THREAD | CLONE_VM | CLONE_FILES);
    } else if (parent && parent->process) {
        adopt(session, parent, thread->tid, 0);
    } else { /* its maker is gone without a word: it is still ours to follow */
        struct process *process = process_table_add_process(&session->table, thread->tid, address_space_create(thread->tid));
        process_table_claim_thread(&session->table, thread, process);
        image_read(session, process);
        realtime_watch_thread(session, thread);
        thread_resume(session, thread, thread->held_request, thread->held_signal);
    }
}

void follow_unclaimed(struct session *session, bool at_last)
{
    for (size_t i = 0; session->table.unclaimed > 0 && i < THREAD_BUCKETS; i++)
        for (struct thread *thread = session->table.buckets[i]; thread; thread = thread->next_in_bucket)
            if (!thread->process && (at_last ? thread->looked_at++ > 0 : maker_is_gone(session, thread)))
                adopt_orphan(session, thread);
}

/* ---- Exec ----------------------------------------------------------------------------------------------------------------- */

/* All threads but the one that called exec are gone, the former leader without a status of its own. */
static struct thread *sole_survivor(struct session *session, struct thread *survivor, pid_t tid)
{
    struct process *process = survivor->process;
    struct thread *next;

    for (struct thread *thread = process->threads; thread; thread = next) {
        next = thread->next;
        if (thread != survivor)
            process_table_remove_thread(&session->table, thread);
    }
    if (survivor->tid != tid)
        process_table_rename_thread(&session->table, survivor, tid);
    return survivor;
}

struct thread *follow_exec(struct session *session, pid_t tid)
{
    unsigned long former = 0;
    struct thread *thread = NULL;

    if (tracee_event_message(tid, &former) == 0)
        thread = process_table_thread(&session->table, (pid_t)former);
    if (!thread || !thread->process)
        thread = process_table_thread(&session->table, tid);
    if (!thread || !thread->process)
        return NULL;
    const pid_t before = thread->tid;
    thread = sole_survivor(session, thread, tid);
    image_replace(session, thread->process, thread->exec);
    heap_follow_exec(session, thread->process);
    descriptor_tracking_exec(session, thread);
    realtime_watch_forget(thread->process);
    realtime_watch_thread(session, thread);
    exec_attempt_destroy(thread->exec);
    thread->exec = NULL;
    thread->call = CALL_NONE;
    thread->in_vfork = false;
    if (!session->settings->trace) {
        call_tampering_forget(thread);
        thread->stops_at_exit = false;
    }
    if (session->settings->trace)
        call_trace_exec(session, thread, before);
    return thread;
}

/* ---- Death ---------------------------------------------------------------------------------------------------------------- */

static void end_process(struct session *session, struct process *process, const struct stop *stop, int status)
{
    process->record.status = stop->kind == STOP_EXITED ? stop->value : 0;
    process->record.signal = stop->kind == STOP_KILLED ? stop->value : 0;
    process->record.core_dumped = stop->core_dumped;
    observe_end(session, process, stop->kind == STOP_EXITED ? END_EXIT : END_SIGNAL);
    process_table_remove_process(&session->table, process);
}

/* The id of a dead thread may soon be that of a stranger. */
static void forget_reader(struct process *process)
{
    const struct thread *reader = process_living_thread(process);

    if (!process_borrows_memory(process))
        process->space->memory.tid = reader ? reader->tid : 0;
}

void follow_end(struct session *session, struct thread *thread, const struct stop *stop, int status)
{
    struct process *process = thread->process;

    if (process && process->pid == thread->tid) {
        end_process(session, process, stop, status);
    } else {
        process_table_remove_thread(&session->table, thread);
        if (process && !process->threads)
            detach_forget_process(session, process);
        else if (process)
            forget_reader(process);
    }
    if (session->table.unclaimed > 0)
        follow_unclaimed(session, false);
}
