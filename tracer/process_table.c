/* SPDX-License-Identifier: MIT */
#include "process_table.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "limits/watched.h"
#include "tracer/calls/call_tampering.h"
#include "tracer/calls/call_trace.h"
#include "tracer/calls/exec_attempt.h"
#include "tracer/calls/strict_mode.h"
#include "tracer/descriptors/descriptor_table.h"
#include "tracer/realtime/realtime_watch.h"
#include "address_space.h"

static struct thread **bucket_of(struct process_table *table, pid_t tid)
{
    return &table->buckets[(unsigned)tid % THREAD_BUCKETS];
}

struct thread *process_table_thread(const struct process_table *table, pid_t tid)
{
    struct thread *thread = table->buckets[(unsigned)tid % THREAD_BUCKETS];

    while (thread && thread->tid != tid)
        thread = thread->next_in_bucket;
    return thread;
}

struct process *process_table_process(const struct process_table *table, pid_t pid)
{
    struct process *process = table->processes;

    while (process && process->pid != pid)
        process = process->next;
    return process;
}

static void link_thread(struct process_table *table, struct thread *thread)
{
    struct thread **bucket = bucket_of(table, thread->tid);

    thread->next_in_bucket = *bucket;
    *bucket = thread;
}

static void unlink_thread(struct process_table *table, struct thread *thread)
{
    struct thread **link = bucket_of(table, thread->tid);

    while (*link != thread)
        link = &(*link)->next_in_bucket;
    *link = thread->next_in_bucket;
}

struct thread *process_table_add_thread(struct process_table *table, pid_t tid, struct process *process)
{
    struct thread *thread = xcalloc(1, sizeof *thread);

    thread->tid = tid;
    thread->call = CALL_NONE;
    link_thread(table, thread);
    table->unclaimed++;
    table->thread_count++;
    if (process)
        process_table_claim_thread(table, thread, process);
    return thread;
}

void process_table_claim_thread(struct process_table *table, struct thread *thread, struct process *process)
{
    thread->process = process;
    thread->next = process->threads;
    process->threads = thread;
    table->unclaimed--;
}

void process_table_remove_thread(struct process_table *table, struct thread *thread)
{
    if (thread->process) {
        struct thread **link = &thread->process->threads;
        while (*link != thread)
            link = &(*link)->next;
        *link = thread->next;
    } else {
        table->unclaimed--;
    }
    unlink_thread(table, thread);
    table->thread_count--;
    exec_attempt_destroy(thread->exec);
    strict_mode_destroy(thread->strict);
    call_trace_destroy(thread->traced);
    call_tampering_destroy(thread->tampering);
    descriptor_table_unref(thread->descriptors);
    realtime_thread_watch_destroy(thread->realtime);
    free(thread);
}

void process_table_rename_thread(struct process_table *table, struct thread *thread, pid_t tid)
{
    unlink_thread(table, thread);
    thread->tid = tid;
    link_thread(table, thread);
}

struct process *process_table_add_process(struct process_table *table, pid_t pid, struct address_space *space)
{
    struct process *process = xcalloc(1, sizeof *process);

    process->pid = pid;
    process->record.pid = pid;
    process->space = space;
    process->next = table->processes;
    table->processes = process;
    table->process_count++;
    return process;
}

void process_table_remove_process(struct process_table *table, struct process *process)
{
    struct process **link = &table->processes;

    while (process->threads)
        process_table_remove_thread(table, process->threads); /* NOLINT(clang-analyzer-unix.Malloc): it takes itself off the list */
    while (*link != process)
        link = &(*link)->next;
    *link = process->next;
    table->process_count--;
    address_space_unref(process->space);
    watched_destroy(process->watched);
    process_record_finish(&process->record);
    realtime_watch_destroy(process->realtime);
    free(process);
}

void process_table_finish(struct process_table *table)
{
    while (table->processes)
        process_table_remove_process(table, table->processes);
    for (size_t i = 0; i < THREAD_BUCKETS; i++)
        while (table->buckets[i])
            process_table_remove_thread(table, table->buckets[i]); /* NOLINT(clang-analyzer-unix.Malloc): likewise */
}

struct thread *process_living_thread(const struct process *process)
{
    struct thread *exiting = NULL;

    for (struct thread *thread = process->threads; thread; thread = thread->next) {
        if (thread->state != THREAD_EXITING)
            return thread;
        exiting = thread;
    }
    return exiting;
}

bool process_borrows_memory(const struct process *process)
{
    return process->space->owner != process->pid;
}
