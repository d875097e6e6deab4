/* SPDX-License-Identifier: MIT */
#include "observation.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/descriptors/open_descriptors.h"
#include "tracer/ledger/heap_record.h"
#include "tracer/limits/oom_kill.h"
#include "tracer/limits/process_sample.h"
#include "tracer/limits/threshold_check.h"
#include "tracer/locks/lock_look.h"
#include "tracer/modules/module_files.h"
#include "tracer/realtime/realtime_look.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "tracer/tracee.h"
#include "memory_record.h"
#include "outside_look.h"
#include "resident_pages.h"
#include "snapshot_capture.h"

/* ---- One look -------------------------------------------------------------------------------------------------------------- */

struct look {
    struct memory_maps maps;
    struct resident_memory resident;
    struct ledger_contents contents;
    bool has_ledger; /* the blocks are known, from the ledger or from outside */
    struct snapshot snapshot;
    struct outside_look from_outside; /* at a process that was there before us */
};

static void explain_missing_ledger(struct process *process, int error)
{
    struct process_record *record = &process->record;

    record->coverage = COVERAGE_NONE;
    if (!process->space->shim_expected)
        return; /* said when the program was executed */
    switch (error) {
    case -ENOENT:
        process_record_reason(record, PROCESS_REASON_SHIM_NOT_STARTED);
        break;
    case -EFAULT:
        process_record_reason(record, "the ledger could not be read: its memory was gone, no heap was seen");
        break;
    case -EPROTO:
        process_record_reason(record, "the ledger was destroyed by the program: no heap was seen");
        break;
    default:
        process_record_reason(record, "the mappings of the program could not be read: no heap was seen");
        break;
    }
}

void observe_modules(const struct session *session, struct process *process, const struct memory_maps *maps)
{
    struct process_record *record = &process->record;

    for (size_t i = 0; i < record->module_count; i++)
        free(record->modules[i].path);
    free(record->modules);
    record->module_count = module_history_merge(&process->space->modules, maps, &record->modules);
    module_files_hold(session->settings->files, process->space->memory.tid, maps);
}

static void fill_calls(struct process *process)
{
    struct process_record *record = &process->record;

    free(record->syscalls);
    record->syscalls = xcalloc(SUPERVISED_CALLS, sizeof *record->syscalls);
    record->syscall_count = 0;
    for (int call = 0; call < SUPERVISED_CALLS; call++)
        if (process->call_counts[call] > 0)
            record->syscalls[record->syscall_count++] = (struct syscall_count){
                .name = supervised_calls[call].name,
                .calls = process->call_counts[call],
                .errors = process->call_errors[call],
                .time_ns = process->call_time_ns[call],
            };
}

/* The peak was reached when a sample first saw it; later than all samples, it is reached now. */
static void fill_peak_time(const struct session *session, struct process *process)
{
    const struct ledger_sample *sample = &process->space->sample;
    const bool seen = sample->valid && sample->peak_bytes >= process->record.peak_bytes;

    process->record.peak_at_ns = seen ? sample->peak_at_ns : session_time_ns(session);
}

/* Reads all that can be read of the process; afterwards the record is as complete as it can be now. */
static void look_begin(struct session *session, struct process *process, bool with_heap, struct look *look)
{
    struct process_record *record = &process->record;

    *look = (struct look){0};
    heap_record_clear(record);
    while (record->reason_count > process->image_reasons)
        free(record->reasons[--record->reason_count]);
    if (process_borrows_memory(process)) {
        record->coverage = COVERAGE_FULL;
        process_record_reason(record, "shares the memory of process %d, with whose report its heap is", (int)process->space->owner);
        if (session->settings->track_descriptors && tracee_memory_maps(&process->space->memory, &look->maps) == 0)
            observe_modules(session, process, &look->maps);
        return;
    }
    int error = tracee_memory_maps(&process->space->memory, &look->maps);
    if (!error)
        observe_modules(session, process, &look->maps);
    if (session->heap_follow) {
        resident_pages_read(&process->space->memory, &look->maps, &look->resident);
        look->has_ledger = heap_follow_read(session, process, &look->maps, with_heap, &look->contents);
        if (look->has_ledger)
            fill_peak_time(session, process);
        return;
    }
    if (process->attached)
        return; /* without a ledger */
    if (!error)
        resident_pages_read(&process->space->memory, &look->maps, &look->resident);
    if (!error)
        error = ledger_find(&session->shim, process->space, &look->maps, with_heap, &look->contents);
    if (error) {
        explain_missing_ledger(process, error);
        return;
    }
    heap_record_fill(record, &look->contents, &look->maps);
    look->has_ledger = record->coverage != COVERAGE_NONE;
    fill_peak_time(session, process);
}

static void look_end(struct look *look)
{
    outside_look_finish(&look->from_outside);
    snapshot_finish(&look->snapshot);
    ledger_contents_finish(&look->contents);
    resident_memory_finish(&look->resident);
    memory_maps_finish(&look->maps);
}

static void fill_memory(const struct session *session, struct process *process, struct look *look, const struct snapshot *snapshot)
{
    const struct memory_look memory = {.maps = &look->maps,
                                       .resident = &look->resident,
                                       .contents = &look->contents,
                                       .snapshot = snapshot,
                                       .shim = &session->shim,
                                       .walked = session_looks_from_outside(session, process)};

    memory_record_fill(process, &memory);
}

static void name_unstopped_threads(struct process *process)
{
    for (const struct thread *thread = process->threads; thread; thread = thread->next)
        if (thread->state == THREAD_RUNNING && !thread->in_vfork)
            process_record_reason(&process->record,
                                  "thread %d could not be stopped: what only it held may be called leaked in error",
                                  (int)thread->tid);
}

/* Returns false if the look is to be taken again. */
static bool look_from_outside(struct session *session, struct process *process, struct look *look)
{
    struct outside_look *outside = &look->from_outside;

    *outside = (struct outside_look){
        .maps = &look->maps, .snapshot = &look->snapshot, .resident = &look->resident, .contents = &look->contents};
    if (!outside_look_take(session, process, outside))
        return false;
    look->has_ledger = outside->has_heap;
    return true;
}

/* Begins the snapshot of a process whose blocks are known from its ledger. */
static void begin_snapshot(struct process *process, struct look *look)
{
    snapshot_begin(process, &look->snapshot);
    if (!process->attached)
        return;
    look->from_outside = (struct outside_look){.maps = &look->maps, .snapshot = &look->snapshot, .contents = &look->contents};
    outside_look_stacks(&look->from_outside, process);
}

/* Looks at the process as a whole and tells of it. Returns the number of errors found. */
static uint64_t judge(struct session *session, struct process *process, enum snapshot_reason reason)
{
    const struct session_events *events = &session->settings->events;
    const uint64_t begun_ns = monotonic_ns();
    struct look look;
    uint64_t errors;

    if (!session_reports(session, process))
        return 0;
    cold_tracking_look(session, process);
    look_begin(session, process, session->settings->leak_check, &look);
    if (session_looks_from_outside(session, process) && !look_from_outside(session, process, &look)) {
        look_end(&look);
        return 0;
    }
    const bool has_heap = look.has_ledger && session->settings->leak_check;
    name_unstopped_threads(process);
    raised_limits_explain(process);
    lock_look_record(session, process, look.has_ledger ? &look.contents : NULL);
    realtime_look_record(session, process);
    if (reason != SNAPSHOT_EXEC)
        open_descriptors_record(session, process);
    if (has_heap && !session_looks_from_outside(session, process))
        begin_snapshot(process, &look);
    if (has_heap)
        snapshot_capture(process, &look.maps, &look.contents, &session->libraries, &look.snapshot);
    if (has_heap && process->attached)
        outside_look_complete(&look.from_outside);
    fill_memory(session, process, &look, has_heap ? &look.snapshot : NULL);
    if (session_looks_from_outside(session, process))
        process_sample_take(session, process, LOOK_RATED);
    process_sample_record(process);
    session->result->reading_ns += monotonic_ns() - begun_ns;
    errors =
        events->process_stopped(events->context, &process->record, has_heap ? &look.snapshot : NULL, reason, &process->attachment);
    if (session_looks_from_outside(session, process))
        outside_look_let_go(session, process);
    cold_tracking_looked(session, process);
    look_end(&look);
    return errors;
}

/* What was short may have been between two samples. */
static void check_thresholds(struct session *session, struct process *process)
{
    process_sample_take(session, process, LOOK_RATED);
    threshold_check(session, process);
}

/* ---- Moments --------------------------------------------------------------------------------------------------------------- */

void observe_counts(struct session *session, struct process *process)
{
    struct look look;

    if (!session_reports(session, process) || process_borrows_memory(process))
        return;
    /* A shell makes a copy of itself for each command: of one that lives for a moment there is nothing to tell. */
    if (process->watched || thresholds_exist(&session->settings->thresholds))
        check_thresholds(session, process);
    look_begin(session, process, false, &look);
    lock_look_record(session, process, look.has_ledger ? &look.contents : NULL);
    realtime_look_record(session, process);
    look_end(&look);
}

/* A program that has had its last check is not checked again, but counted. */
static void judge_at_end(struct session *session, struct process *process, enum snapshot_reason reason)
{
    if (!process->final_check_done) {
        judge(session, process, reason);
        return;
    }
    observe_counts(session, process);
    open_descriptors_record(session, process);
}

static void answer_checks(struct process *process, uint64_t errors)
{
    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        if (thread->asks_check)
            tracee_skip_syscall(thread->tid, (int64_t)errors);
        thread->asks_check = false;
    }
}

void observe_frozen(struct session *session, struct process *process)
{
    const unsigned causes = process->freeze_causes;
    const struct thread *reader = process_living_thread(process);

    if (reader)
        process->space->memory.tid = reader->tid;
    if (causes != FREEZE_HOLD && !process->judged && !session_looks_from_outside(session, process))
        check_thresholds(session, process);
    if (causes & (FREEZE_EXIT | FREEZE_DEATH | FREEZE_KILL)) {
        if (!process->judged)
            judge_at_end(session, process, causes & FREEZE_EXIT ? SNAPSHOT_EXIT : SNAPSHOT_DEATH);
        process->judged = true;
    } else if (causes & FREEZE_CHECK) {
        answer_checks(process, judge(session, process, SNAPSHOT_REQUEST));
        ledger_next_epoch(&session->shim, process->space);
        process->final_check_done |= process->wants_final_check;
    } else if (causes & FREEZE_REQUEST) {
        judge(session, process, SNAPSHOT_REQUEST);
        ledger_next_epoch(&session->shim, process->space);
        heap_follow_looked(session, process);
    } else if (causes & FREEZE_EXEC) {
        judge(session, process, SNAPSHOT_EXEC);
    }
    if (causes & FREEZE_CHECK)
        answer_checks(process, 0);
    if (causes & FREEZE_KILL)
        kill(process->pid, SIGKILL);
}

void observe_sample(struct session *session, struct process *process)
{
    struct ledger_sample *sample = &process->space->sample;
    uint64_t peak = sample->peak_bytes;

    if (process->judged || process_borrows_memory(process) || !ledger_sample(&session->shim, process->space))
        return;
    if (sample->peak_bytes > peak || sample->peak_at_ns == 0)
        sample->peak_at_ns = session_time_ns(session);
}

/* Nobody could look at the process as it ended: what was sampled last has to do. */
static void fall_back_to_sample(struct process *process)
{
    const struct ledger_sample *sample = &process->space->sample;
    struct process_record *record = &process->record;

    if (!sample->valid) {
        record->coverage = COVERAGE_NONE;
        if (process->space->shim_expected || process->attached)
            process_record_reason(record, "the process was gone before it could be looked at: no heap was seen");
        return;
    }
    record->coverage = COVERAGE_PARTIAL;
    record->live_bytes = sample->live_bytes;
    record->peak_bytes = sample->peak_bytes;
    record->peak_at_ns = sample->peak_at_ns;
    record->ledger_bytes = sample->mapped_bytes;
    process_record_reason(record, "the process was gone before it could be looked at: the figures are the last that were sampled, "
                                  "and its heap was not checked for leaks");
}

void observe_end(struct session *session, struct process *process, enum process_end end)
{
    const struct session_events *events = &session->settings->events;
    struct process_record *record = &process->record;

    if (!process->is_program)
        return;
    record->end = end;
    record->ended_ns = session_time_ns(session);
    if (end == END_SIGNAL && record->signal == SIGKILL && !process->judged)
        oom_kill_record(session, process);
    /* A copy that vfork made for the moment until exec was never a program of its own. */
    if (!session_reports(session, process) || (end == END_EXEC && process_borrows_memory(process)))
        return;
    if (end != END_EXEC && !process->judged && !process_borrows_memory(process)) {
        fall_back_to_sample(process);
        lock_look_record_gone(session, process);
        realtime_look_record(session, process);
    }
    if (record->oom_killed && process->watched)
        watched_oom_killed(process->watched);
    process_sample_record(process);
    fill_calls(process);
    events->process_ended(events->context, record, process->attachment);
    process->attachment = NULL;
}
