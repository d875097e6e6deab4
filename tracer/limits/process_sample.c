/* SPDX-License-Identifier: MIT */
#include "process_sample.h"

#include "tracer/address_space.h"
#include "tracer/looks/observation.h"
#include "tracer/supervisor.h"

/* When a process is looked at for its report, what is known of the machine must not be older than this. */
static const uint64_t fresh_ns = 20000000;

/* What groups and the machine have been through before is nothing that the program did. Who wants no warnings hears only of what is
 * used up. */
static void choose_settings(struct session *session)
{
    const unsigned percent = session->settings->warn_percent;

    session->watch_settings = (struct watch_settings){
        .root = -1,
        .own_time = true,
        .checks = {.warn_percent = percent ? percent : 100, .warn_within_ns = session->settings->warn_within_ns}};
}

static void judge_machine(struct session *session)
{
    session->machine->last_ns = session_time_ns(session);
    watched_take(session->machine, LOOK_BRIEF);
}

/* The machine is the same for all processes that are sampled at a time, and so are control groups. */
static void refresh_machine(struct session *session, struct kernel_files *files, enum look_depth depth)
{
    const uint64_t half = session->settings->sample_interval_ns / 2;
    const uint64_t age = depth == LOOK_BRIEF || half < fresh_ns ? half : fresh_ns;

    if (session_time_ns(session) - session->machine->last_ns < age)
        return;
    group_memo_forget(&session->groups);
    machine_look_refresh(files, &session->machine->machine);
    judge_machine(session);
}

static void look_at_machine(struct session *session)
{
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return;
    machine_look_read(&files, &session->machine->machine);
    judge_machine(session);
    kernel_files_close(&files);
}

void process_sample_begin(struct session *session)
{
    if (!session->settings->watch_limits)
        return;
    choose_settings(session);
    session->machine = watched_create(&session->watch_settings, NULL, 0, session_time_ns(session));
    look_at_machine(session);
}

void process_sample_end(struct session *session)
{
    if (!session->machine)
        return;
    look_at_machine(session);
    session->result->machine_findings = session->machine->findings;
    session->machine->findings = (struct finding_list){0};
    watched_destroy(session->machine);
    session->machine = NULL;
    group_memo_forget(&session->groups);
}

/* ---- A process ---- */

/* What is allocated, as far as that is known between looks: of a process that was there before, nobody knows how much of what it
 * had then it has given back. */
static void take_ledger(const struct process *process, struct watched *watched)
{
    const struct ledger_sample *sample = &process->space->sample;
    const bool negative = (int64_t)sample->live_bytes < 0; /* a free was counted, its allocation not yet */

    watched->live = watched->locked = (struct known){0};
    if (process->attached)
        return;
    if (sample->valid)
        watched->live = known_value(negative ? 0 : sample->live_bytes);
    watched->locked = known_value(process->space->locks.bytes);
}

static void take(struct session *session, struct process *process, struct kernel_files *files, struct process_look *look,
                 enum look_depth depth)
{
    const uint64_t now = session_time_ns(session);

    if (!process->watched)
        process->watched = watched_create(&session->watch_settings, NULL, process->pid, now);
    watched_count_mappings(process->watched, files, look, now, depth != LOOK_BRIEF);
    watched_set_look(process->watched, look, now);
    process->watched->machine = session->machine->machine;
    take_ledger(process, process->watched);
    watched_take(process->watched, depth);
}

void process_sample_take(struct session *session, struct process *process, enum look_depth depth)
{
    struct kernel_files files;
    struct process_look look;

    if (!process->is_program || !session_reports(session, process) || process_borrows_memory(process))
        return;
    observe_sample(session, process);
    if (!session->machine || !kernel_files_open(&files))
        return;
    refresh_machine(session, &files, depth);
    /* The first thread may have ended: its files are empty. Without memory of its own there is nothing to see. */
    if (process_look_read_with(&files, process->space->memory.tid, &session->groups, &look) == 0 && look.status.resident.known) {
        raised_limits_subtract(process, &look);
        take(session, process, &files, &look, depth);
    } else {
        process_look_finish(&look);
    }
    kernel_files_close(&files);
}

void process_sample_record(struct process *process)
{
    limits_history_finish(&process->record.limits);
    if (process->watched)
        process->record.limits = watched_history(process->watched);
}

void process_sample_forget(struct process *process)
{
    watched_destroy(process->watched);
    process->watched = NULL;
}
