/* SPDX-License-Identifier: MIT */
#include "thread_schedule.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "field_table.h"
#include "kernel_files.h"

/* Not in glibc's <sched.h> of 2.36; include/uapi/linux/sched.h. */
#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE 6
#endif

/* Numbers of fields as proc_pid_stat(5) has them. */
enum { FIELD_STATE = 3, FIELD_PRIORITY = 40, FIELD_POLICY = 41 };

bool thread_schedule_is_realtime(const struct thread_schedule *schedule)
{
    const uint64_t policy = schedule->policy.value;

    return schedule->policy.known && (policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE);
}

const char *thread_schedule_policy_name(uint64_t policy)
{
    switch (policy) {
    case SCHED_OTHER:
        return "SCHED_OTHER";
    case SCHED_FIFO:
        return "SCHED_FIFO";
    case SCHED_RR:
        return "SCHED_RR";
    case SCHED_BATCH:
        return "SCHED_BATCH";
    case SCHED_IDLE:
        return "SCHED_IDLE";
    case SCHED_DEADLINE:
        return "SCHED_DEADLINE";
    default:
        return "an unknown policy";
    }
}

/* The name is in parentheses and may hold anything. */
static void parse_stat(const char *stat, struct thread_schedule *schedule)
{
    const char *open = strchr(stat, '('), *close = strrchr(stat, ')');

    if (!open || !close || close < open || close[1] != ' ')
        return;
    const size_t length = (size_t)(close - open - 1);
    if (length < sizeof schedule->name) {
        memcpy(schedule->name, open + 1, length);
        schedule->name[length] = '\0';
    }
    const char *at = close + 2;
    for (int field = FIELD_STATE; field <= FIELD_POLICY && *at != '\0'; field++) {
        if (field == FIELD_PRIORITY)
            schedule->priority = field_leading_number(at, NULL);
        else if (field == FIELD_POLICY)
            schedule->policy = field_leading_number(at, NULL);
        at += strcspn(at, " \n");
        at += *at == ' ';
    }
}

static void parse_cpus(const char *status, struct thread_schedule *schedule)
{
    static const char label[] = "\nCpus_allowed_list:\t";
    const char *found = strstr(status, label), *list = found ? found + sizeof label - 1 : "";
    const size_t length = strcspn(list, "\n");

    if (length < sizeof schedule->cpus) {
        memcpy(schedule->cpus, list, length);
        schedule->cpus[length] = '\0';
    }
}

void thread_schedule_parse(const char *stat, const char *status, struct thread_schedule *schedule)
{
    const pid_t tid = schedule->tid;

    *schedule = (struct thread_schedule){.tid = tid};
    parse_stat(stat, schedule);
    parse_cpus(status, schedule);
}

void thread_schedule_read(struct kernel_files *files, pid_t pid, pid_t tid, struct thread_schedule *schedule)
{
    char *stat = kernel_files_read(files, NULL, "proc/%d/task/%d/stat", (int)pid, (int)tid);
    char *status = kernel_files_read(files, NULL, "proc/%d/task/%d/status", (int)pid, (int)tid);

    schedule->tid = tid;
    thread_schedule_parse(stat ? stat : "", status ? status : "", schedule);
    free(stat);
    free(status);
}

void thread_schedules_put(struct thread_schedules *schedules, const struct thread_schedule *schedule)
{
    size_t at = 0;

    while (at < schedules->count && schedules->items[at].tid != schedule->tid)
        at++;
    if (at == schedules->count) {
        schedules->items = xgrow(schedules->items, &schedules->capacity, at + 1, sizeof *schedules->items);
        schedules->count++;
    }
    schedules->items[at] = *schedule;
}

static int by_tid(const void *a, const void *b)
{
    const struct thread_schedule *left = a, *right = b;

    return (left->tid > right->tid) - (left->tid < right->tid);
}

struct reading {
    struct thread_schedules *schedules;
    pid_t pid;
};

static void add_thread(struct kernel_files *files, pid_t tid, void *context)
{
    const struct reading *reading = context;
    struct thread_schedule schedule;

    thread_schedule_read(files, reading->pid, tid, &schedule);
    if (thread_schedule_is_realtime(&schedule))
        thread_schedules_put(reading->schedules, &schedule);
}

void thread_schedules_read(struct kernel_files *files, pid_t pid, struct thread_schedules *schedules)
{
    struct reading reading = {schedules, pid};
    char folder[64];

    *schedules = (struct thread_schedules){0};
    snprintf(folder, sizeof folder, "proc/%d/task", (int)pid);
    schedules->known = kernel_files_walk_ids(files, folder, add_thread, &reading);
    if (schedules->count > 1)
        qsort(schedules->items, schedules->count, sizeof *schedules->items, by_tid);
}

void thread_schedules_finish(struct thread_schedules *schedules)
{
    free(schedules->items);
    *schedules = (struct thread_schedules){0};
}
