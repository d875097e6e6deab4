/* SPDX-License-Identifier: MIT */
#include "oom_kill.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "limits/kernel_files.h"
#include "limits/limit_list.h"
#include "limits/look.h"
#include "tracer/address_space.h"
#include "tracer/supervisor.h"
#include "threshold_check.h"

/* ---- Before ---------------------------------------------------------------------------------------------------------------- */

static struct known count_kills(struct kernel_files *files)
{
    struct vm_counters counters = {0};

    vm_counters_read(files, &counters);
    return counters.oom_kills;
}

void oom_watch_begin(struct oom_watch *watch)
{
    struct kernel_files files;

    if (!kernel_files_open(&files))
        return;
    watch->counts.kills = count_kills(&files);
    kernel_files_close(&files);
}

static bool holds_for_us(const struct control_groups *ours, const char *group)
{
    for (size_t i = 0; i < ours->memory_count; i++)
        if (strcmp(ours->memory[i].path, group) == 0)
            return true;
    return false;
}

/* For the day on which one of these groups is at its limit. */
static void prepare(struct kernel_files *files, const struct control_groups *groups, struct memory_reserve *reserve)
{
    struct control_groups ours;
    struct known limit = {0};

    control_groups_read(files, getpid(), NULL, &ours);
    for (size_t i = 0; i < groups->memory_count; i++)
        if (known_limits(groups->memory[i].limit) && holds_for_us(&ours, groups->memory[i].path))
            limit = known_least(limit, groups->memory[i].limit);
    control_groups_finish(&ours);
    if (limit.known)
        memory_reserve_take(reserve, limit.value);
}

void oom_watch_process(struct session *session, const struct process *process)
{
    struct oom_watch *watch = &session->oom;
    struct control_groups groups;
    struct kernel_files files;

    if (session->settings->trace || !kernel_files_open(&files))
        return;
    memory_reserve_renew(&watch->reserve);
    char *text = kernel_files_read(&files, NULL, "proc/%d/cgroup", (int)process->space->memory.tid);
    if (text && (!watch->groups || strcmp(text, watch->groups) != 0)) {
        control_groups_read(&files, process->space->memory.tid, NULL, &groups);
        oom_counts_see(&watch->counts, &groups);
        prepare(&files, &groups, &watch->reserve);
        control_groups_finish(&groups);
        free(watch->groups);
        watch->groups = text;
        text = NULL;
    }
    free(text);
    kernel_files_close(&files);
}

void oom_watch_finish(struct oom_watch *watch)
{
    memory_reserve_release(&watch->reserve);
    oom_counts_finish(&watch->counts);
    free(watch->groups);
    *watch = (struct oom_watch){0};
}

/* ---- Then ------------------------------------------------------------------------------------------------------------------ */

static struct known peak_of(const struct limit *limit, const struct control_groups *groups)
{
    for (size_t i = 0; limit->where && i < groups->memory_count; i++)
        if (strcmp(limit->name, "cgroup memory") == 0 && strcmp(groups->memory[i].path, limit->where) == 0)
            return groups->memory[i].peak;
    return (struct known){0};
}

static void fill_limit(const struct session *session, struct kernel_files *files, const struct process_look *look,
                       struct oom_death *death)
{
    struct machine_look machine;
    struct control_groups ours;
    const struct limits_context context = {.machine = &machine, .process = look};
    struct limit_list list;

    machine_look_read(files, &machine);
    limit_list_make(&context, &list);
    const struct limit *limit = oom_counts_limit(&session->oom.counts, &list, &look->groups);
    if (limit) {
        death->limit = limit_warning_of(limit);
        death->peak = peak_of(limit, &look->groups);
        control_groups_read(files, getpid(), NULL, &ours);
        death->leakwatch_inside = limit->where && holds_for_us(&ours, limit->where);
        control_groups_finish(&ours);
    }
    limit_list_finish(&list);
}

/* First what lasts the shortest: what the process has in RAM, then its ledger, then what its groups have. */
static void fill_death(struct session *session, struct process *process, struct kernel_files *files, struct process_look *look)
{
    struct oom_death *death = &process->record.oom_death;

    death->known = true;
    death->resident = look->status.resident;
    death->resident_peak = look->status.peak;
    death->swapped = look->status.swapped;
    fill_limit(session, files, look, death);
    death->limit.at.at_ns = session_time_ns(session);
    if (!process_borrows_memory(process))
        threshold_check_add_sites(session, process, &death->limit.at);
}

void oom_kill_record(struct session *session, struct process *process)
{
    struct process_record *record = &process->record;
    const pid_t reader = process->space->memory.tid;
    struct kernel_files files;
    struct process_look look;

    if (record->oom_killed || process->killed_by_us)
        return;
    memory_reserve_release(&session->oom.reserve);
    if (!kernel_files_open(&files))
        return;
    const bool exists = process_look_read(&files, reader ? reader : process->pid, &look) == 0;
    record->oom_killed = oom_counts_take_kill(&session->oom.counts, count_kills(&files), &look.groups);
    if (record->oom_killed && exists)
        fill_death(session, process, &files, &look);
    else if (!record->oom_killed)
        memory_reserve_renew(&session->oom.reserve);
    process_look_finish(&look);
    kernel_files_close(&files);
}
