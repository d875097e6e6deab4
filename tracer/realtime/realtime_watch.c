/* SPDX-License-Identifier: MIT */
#include "realtime_watch.h"

#include <sched.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "limits/kernel_files.h"
#include "limits/process_status.h"
#include "tracer/address_space.h"
#include "tracer/locks/lock_tracking.h"
#include "tracer/supervisor.h"
#include "fault_counter.h"
#include "realtime_faults.h"
#include "realtime_look.h"

void realtime_watch_destroy(struct realtime_watch *watch)
{
    if (watch == NULL)
        return;
    realtime_facts_finish(&watch->facts);
    thread_schedules_finish(&watch->schedules);
    free(watch);
}

void realtime_thread_watch_destroy(struct realtime_thread_watch *watch)
{
    if (watch == NULL)
        return;
    fault_counter_close(watch->faults);
    free(watch);
}

bool realtime_watch_judges(const struct thread *thread)
{
    return thread->realtime && thread->realtime->is_judged;
}

/* ---- Judging threads ------------------------------------------------------------------------------------------------------- */

static void read_stack_size(const struct thread *thread, struct known *size)
{
    struct kernel_files files;
    struct process_status status;

    if (thread->tid != thread->process->pid || !kernel_files_open(&files))
        return;
    process_status_read(&files, thread->tid, &status);
    *size = status.stack;
    kernel_files_close(&files);
}

static void begin_judging(struct thread *thread)
{
    struct realtime_facts *facts = &thread->process->realtime->facts;

    thread->realtime->is_judged = true;
    realtime_faults_begin(thread);
    if (!facts->stack_at_start.known)
        read_stack_size(thread, &facts->stack_at_start);
}

void realtime_watch_measure(struct thread *thread)
{
    if (realtime_watch_judges(thread))
        read_stack_size(thread, &thread->process->realtime->facts.stack_now);
}

static void end_judging(struct session *session, struct thread *thread)
{
    realtime_watch_measure(thread);
    realtime_faults_end(session, thread);
    thread->realtime->is_judged = false;
}

static void settle(struct session *session, struct thread *thread)
{
    const struct realtime_thread_watch *watch = thread->realtime;
    const bool begun = thread->process->realtime->facts.sums.start != REALTIME_NOT_BEGUN;
    const bool judged = begun && (watch->is_realtime || watch->is_starter);

    if (judged && !watch->is_judged)
        begin_judging(thread);
    else if (!judged && watch->is_judged)
        end_judging(session, thread);
}

/* ---- The real-time part ---------------------------------------------------------------------------------------------------- */

/* What the program asks of the machine it has asked by now; it may be gone when the program ends. */
static void begin_part(struct session *session, struct thread *thread, enum realtime_start start, struct thread *caller)
{
    struct realtime_watch *watch = thread->process->realtime;

    watch->facts.sums.start = start;
    watch->facts.sums.started_by = thread->tid;
    watch->facts.sums.started_ns = session_time_ns(session);
    watch->given_up = false;
    realtime_facts_begin(&watch->facts, caller ? lock_tracking_site(session, caller) : 0);
    realtime_look_machine(session);
}

static void settle_all(struct session *session, struct process *process)
{
    for (struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->realtime)
            settle(session, thread);
}

void realtime_watch_begin(struct session *session, struct thread *thread, enum realtime_start start, const char *name)
{
    struct process *process = thread->process;

    if (!thread->realtime || !process->is_program || process->realtime->facts.sums.start != REALTIME_NOT_BEGUN)
        return;
    begin_part(session, thread, start, thread);
    process->realtime->facts.sums.start_name = name;
    thread->realtime->is_starter = true;
    settle_all(session, process);
}

/* Who gave up all policies without having done anything with them had only tried. */
static bool begins_by_policy(const struct session *session, const struct process *process)
{
    const struct realtime_watch *watch = process->realtime;
    const bool tried = watch->facts.sums.start == REALTIME_BY_POLICY && watch->given_up && realtime_facts_are_clean(&watch->facts);

    return session->settings->realtime_from.start == REALTIME_NOT_BEGUN && process->is_program &&
           (watch->facts.sums.start == REALTIME_NOT_BEGUN || tried);
}

static bool has_realtime_thread(const struct process *process)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->realtime && thread->realtime->is_realtime && thread->state != THREAD_EXITING)
            return true;
    return false;
}

/* ---- Policies -------------------------------------------------------------------------------------------------------------- */

/* The policy is asked of the kernel, not taken from the arguments of calls: it is inherited, too, and others may set it. */
static bool read_schedule(const struct thread *thread, struct thread_schedule *schedule)
{
    const int policy = sched_getscheduler(thread->tid);
    struct kernel_files files;

    if (policy < 0)
        return false;
    *schedule = (struct thread_schedule){.tid = thread->tid, .policy = known_value((uint64_t)(policy & ~SCHED_RESET_ON_FORK))};
    if (!thread_schedule_is_realtime(schedule) || !kernel_files_open(&files))
        return true;
    thread_schedule_read(&files, thread->process->pid, thread->tid, schedule);
    schedule->reset_on_fork = known_value((policy & SCHED_RESET_ON_FORK) != 0);
    kernel_files_close(&files);
    return true;
}

/* `caller`: the stopped thread by whose call this came; NULL: it was born so, or it was somebody else. */
static void look_at_policy(struct session *session, struct thread *thread, struct thread *caller)
{
    struct realtime_watch *watch = thread->process->realtime;
    struct thread_schedule schedule;

    if (!read_schedule(thread, &schedule))
        return;
    const bool was_realtime = thread->realtime->is_realtime;
    thread->realtime->is_realtime = thread_schedule_is_realtime(&schedule);
    if (thread->realtime->is_realtime) {
        thread_schedules_put(&watch->schedules, &schedule);
        if (begins_by_policy(session, thread->process))
            begin_part(session, thread, REALTIME_BY_POLICY, caller && caller->process == thread->process ? caller : NULL);
    }
    settle(session, thread);
    watch->given_up |= was_realtime && !has_realtime_thread(thread->process);
}

void realtime_watch_refresh(struct session *session, struct thread *caller)
{
    if (!session->settings->audit_realtime)
        return;
    for (struct process *process = session->table.processes; process; process = process->next)
        for (struct thread *thread = process->threads; thread; thread = thread->next)
            if (thread->realtime && !thread->at_exit)
                look_at_policy(session, thread, caller);
}

/* ---- Birth and end --------------------------------------------------------------------------------------------------------- */

void realtime_watch_thread(struct session *session, struct thread *thread)
{
    struct process *process = thread->process;

    if (!session->settings->audit_realtime || !session_reports(session, process))
        return;
    if (!process->realtime)
        process->realtime = xcalloc(1, sizeof *process->realtime);
    if (!thread->realtime)
        thread->realtime = xcalloc(1, sizeof *thread->realtime);
    look_at_policy(session, thread, NULL);
}

void realtime_watch_forget(struct process *process)
{
    realtime_watch_destroy(process->realtime);
    process->realtime = NULL;
    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        realtime_thread_watch_destroy(thread->realtime);
        thread->realtime = NULL;
    }
}

void realtime_watch_thread_ends(struct session *session, struct thread *thread)
{
    if (realtime_watch_judges(thread))
        end_judging(session, thread);
}
