/* SPDX-License-Identifier: MIT */
#include "cold_tracking.h"

#include <errno.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/freeze.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/shim/process_hold.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "cold_watch.h"

/* Detectors that make the kernel visit all page tables, and forget what it knows of their use, are not used more often. */
static const uint64_t shortest_ns = 5000000000;

static bool is_wanted(const struct session *session)
{
    return session->settings->cold_ns != 0;
}

/* It may have been running for long, or just begin. */
void cold_tracking_begin(struct session *session)
{
    const uint64_t now = monotonic_ns();

    session->cold.due_ns = UINT64_MAX;
    if (!is_wanted(session))
        return;
    if (session->settings->follow)
        session->cold.due_ns = now;
    else if (session->settings->command && __builtin_add_overflow(now, session->settings->cold_ns, &session->cold.due_ns))
        session->cold.due_ns = UINT64_MAX;
}

void cold_tracking_finish(struct cold_tracking *tracking)
{
    cold_record_finish(&tracking->outside);
}

uint64_t cold_tracking_deadline(const struct session *session)
{
    return session->cold.busy ? UINT64_MAX : session->cold.due_ns;
}

/* ---- One mark -------------------------------------------------------------------------------------------------------------- */

static bool is_there(const struct session *session, pid_t pid, const struct process *process)
{
    return process_table_process(&session->table, pid) == process;
}

static void mark(struct process *process)
{
    struct memory_maps maps;

    if (tracee_memory_maps(&process->space->memory, &maps) != 0)
        return; /* it is about to end */
    cold_watch_mark(process->space->cold, &process->space->memory, &maps, monotonic_ns());
    memory_maps_finish(&maps);
}

static void note_problem(struct cold_watch *watch, char *problem)
{
    if (watch->problem)
        free(problem);
    else
        watch->problem = problem;
}

static void tell(const struct session *session, const struct process *process)
{
    const struct session_events *events = &session->settings->events;
    const struct cold_watch *watch = process->space->cold;

    if (events->cold_watch_begun && process->attached)
        events->cold_watch_begun(events->context, process->pid, watch->detector, watch->problem);
}

/* Holds the process for it. What cannot be held, because something else is done with it, is left for the next time. */
static void mark_held(struct session *session, struct process *process)
{
    struct address_space *space = address_space_ref(process->space);
    const pid_t pid = process->pid;
    char *problem = NULL;
    const bool first = !space->cold->chosen;
    const int error = process_hold(session, process, &problem);

    if (error == -ETIMEDOUT && problem)
        note_problem(space->cold, problem);
    else
        free(problem);
    if (!error && first)
        cold_watch_choose(space->cold, session, process, session->settings->cold_detector);
    if (is_there(session, pid, process)) {
        if (!error && process->space == space)
            mark(process);
        freeze_end(session, process);
        if (first)
            tell(session, process);
    }
    space->cold->line_wanted = false;
    address_space_unref(space);
}

static struct cold_watch *watch_of(struct process *process)
{
    if (!process->space->cold)
        process->space->cold = cold_watch_create();
    return process->space->cold;
}

static void mark_process(struct session *session, struct process *process)
{
    const struct cold_watch *watch = process->space->cold;
    const bool running = cold_watch_marks_running(watch);

    if (!watch->line_wanted &&
        (watch->by_program || (!running && watch->chosen && monotonic_ns() - watch->marked_ns < shortest_ns)))
        return;
    if (running)
        mark(process);
    else
        mark_held(session, process);
}

/* ---- All that are due ------------------------------------------------------------------------------------------------------ */

/* Before the shim has started there are no blocks, and perhaps no C library yet. */
static bool has_blocks(const struct session *session, const struct process *process)
{
    return process->attached || ledger_sample(&session->shim, process->space);
}

static bool can_be_marked(const struct session *session, const struct process *process)
{
    return process->is_program && !process->judged && !process_borrows_memory(process) && !process->lets_go &&
           process->freeze_causes == 0 && session_reports(session, process) && has_blocks(session, process);
}

/* Marking one may change which others there are. `all`: not only those that have drawn a line. */
static struct process *find_due(struct session *session, bool all)
{
    for (struct process *process = session->table.processes; process; process = process->next) {
        if (!can_be_marked(session, process))
            continue;
        struct cold_watch *watch = watch_of(process);
        if (watch->round < session->cold.round && (all || watch->line_wanted)) {
            watch->round = session->cold.round;
            return process;
        }
    }
    return NULL;
}

static void plan_next(struct cold_tracking *tracking, uint64_t now, uint64_t time_ns)
{
    if (__builtin_add_overflow(now, time_ns, &tracking->due_ns))
        tracking->due_ns = UINT64_MAX;
}

bool cold_tracking_settle(struct session *session)
{
    struct cold_tracking *tracking = &session->cold;
    struct process *process;

    if (!tracking->line_drawn && tracking->due_ns == UINT64_MAX)
        return true;
    const uint64_t now = monotonic_ns();
    const bool due = tracking->due_ns <= now;
    if (!due && !tracking->line_drawn)
        return true;
    if (due)
        plan_next(tracking, now, session->settings->cold_ns);
    tracking->line_drawn = false;
    tracking->round++;
    tracking->busy = true;
    while ((process = find_due(session, due)) != NULL)
        mark_process(session, process);
    tracking->busy = false;
    if (tracking->report_wanted)
        control_report(session);
    tracking->report_wanted = false;
    return !session_is_over(session);
}

void cold_tracking_line(struct session *session, struct thread *thread)
{
    struct process *process = thread->process;

    if (!is_wanted(session) || process_borrows_memory(process))
        return;
    struct cold_watch *watch = watch_of(process);
    watch->line_wanted = true;
    if (cold_watch_marks_running(watch)) {
        mark(process);
        return;
    }
    /* From the call it goes to a stop of its own without running any code, so that it can be held where it is. */
    session->cold.line_drawn = true;
    tracee_interrupt(thread->tid);
}

bool cold_tracking_defers_report(struct session *session)
{
    session->cold.report_wanted |= session->cold.busy;
    return session->cold.busy;
}

/* ---- A process that is looked at from outside ------------------------------------------------------------------------------ */

bool cold_tracking_wait(struct session *session)
{
    struct process *process = session->table.processes;
    const pid_t pid = process->pid;
    uint64_t until;

    watch_of(process);
    session->cold.waiting = true;
    mark_held(session, process);
    session->cold.wait_over |= is_there(session, pid, process) && process->space->cold->problem;
    if (__builtin_add_overflow(monotonic_ns(), session->settings->cold_ns, &until))
        until = UINT64_MAX;
    while (is_there(session, pid, process) && !session->cold.wait_over && monotonic_ns() < until)
        if (!session_step(session, until))
            break;
    session->cold.waiting = false;
    return is_there(session, pid, process);
}

bool cold_tracking_ends_waiting(struct session *session)
{
    session->cold.wait_over |= session->cold.waiting;
    return session->cold.waiting;
}

/* ---- Looks ----------------------------------------------------------------------------------------------------------------- */

static void look(struct session *session, struct process *process, struct cold_record *record)
{
    struct cold_watch *watch = process->space->cold;
    struct memory_maps maps;

    if (!watch || tracee_memory_maps(&process->space->memory, &maps) != 0) {
        record->problem = xstrdup("it was not watched before this look");
        return;
    }
    /* Whoever attaches may end the waiting. */
    cold_watch_look(watch, &process->space->memory, &maps, monotonic_ns(), process->attached ? 0 : session->settings->cold_ns,
                    record);
    memory_maps_finish(&maps);
}

static void copy_record(const struct cold_record *from, struct cold_record *to)
{
    *to = *from;
    to->problem = from->problem ? xstrdup(from->problem) : NULL;
    to->rejected = from->rejected ? xstrdup(from->rejected) : NULL;
    to->pages = (struct cold_pages){0};
    page_runs_intersect(&from->pages.data, &from->pages.data, &to->pages.data);
    page_runs_intersect(&from->pages.untouched, &from->pages.untouched, &to->pages.untouched);
}

/* From outside a look may have to be taken again; the first one has spoilt what some detectors tell. */
static void look_from_outside(struct session *session, struct process *process)
{
    struct cold_record *taken = &session->cold.outside;

    if (!session->cold.taken) {
        taken->asked = session->cold.taken = true;
        look(session, process, taken);
    }
    copy_record(taken, &process->record.cold);
}

void cold_tracking_look(struct session *session, struct process *process)
{
    struct cold_record *record = &process->record.cold;

    cold_record_finish(record);
    if (!is_wanted(session) || process_borrows_memory(process))
        return;
    record->asked = true;
    if (process->attached && !session->heap_follow)
        look_from_outside(session, process);
    else
        look(session, process, record);
}

void cold_tracking_looked(struct session *session, struct process *process)
{
    struct memory_maps maps;

    if (!is_wanted(session) || process_borrows_memory(process) || process->judged || process->lets_go || !process->space->cold ||
        tracee_memory_maps(&process->space->memory, &maps) != 0)
        return;
    cold_watch_looked(process->space->cold, &process->space->memory, &maps);
    memory_maps_finish(&maps);
}
