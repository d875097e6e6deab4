/* SPDX-License-Identifier: MIT */
#include "attach.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/calls/call_trace.h"
#include "tracer/kernel/proc_status.h"
#include "tracer/kernel/ptrace_diagnosis.h"
#include "tracer/looks/observation.h"
#include "address_space.h"
#include "freeze.h"
#include "image.h"
#include "supervisor.h"
#include "tracee.h"

static void interrupt(struct session *session, pid_t tid)
{
    tracee_interrupt(tid);
    event_queue_expect(&session->events, tid);
}

static int seize(struct session *session, struct process *process, pid_t tid)
{
    int error = tracee_seize(tid, session->seize_options);

    if (error)
        return error;
    process_table_add_thread(&session->table, tid, process);
    interrupt(session, tid);
    return 0;
}

/* One pass over the threads of a process. Returns how many were new. Those that a seized thread makes come by themselves; those
 * that an unseized one makes meanwhile are found by the next pass. */
static size_t seize_threads(struct session *session, struct process *process)
{
    char *path = xasprintf("/proc/%d/task", (int)process->pid);
    DIR *directory = opendir(path);
    const struct dirent *entry;
    size_t found = 0;

    free(path);
    while (directory && (entry = readdir(directory)) != NULL) {
        const pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (tid > 0 && !process_table_thread(&session->table, tid))
            found += seize(session, process, tid) == 0;
    }
    if (directory)
        closedir(directory);
    return found;
}

/* The thread to begin with: nobody can take hold of a first thread that has ended before the others. */
static pid_t first_living(pid_t pid)
{
    char *path = xasprintf("/proc/%d/task", (int)pid);
    DIR *directory = proc_status_has_ended(pid) ? opendir(path) : NULL;
    const struct dirent *entry;
    pid_t found = pid;

    free(path);
    while (directory && found == pid && (entry = readdir(directory)) != NULL) {
        const pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (tid > 0 && !proc_status_has_ended(tid))
            found = tid;
    }
    if (directory)
        closedir(directory);
    return found;
}

static char *explain(pid_t pid, int error)
{
    struct ptrace_circumstances circumstances;

    ptrace_circumstances_read(pid, false, -error, &circumstances);
    return ptrace_diagnosis(&circumstances);
}

/* Between the user's command line and now, report files may have been waited for. Whoever has the number since then is let go when
 * the session ends. */
static int refuse_another(struct session *session, pid_t pid)
{
    session->result->launch_error = ESRCH;
    session->result->message = xasprintf("cannot attach to process %d: it has ended, and another has its number now", (int)pid);
    return -ESRCH;
}

static int attach(struct session *session, const struct process_handle *named)
{
    const struct trace_settings *trace = session->settings->trace;
    pid_t pid = named->pid;
    size_t threads = 1;

    if (process_table_thread(&session->table, pid))
        return 0;
    pid = first_living(pid);
    int error = pid == getpid() ? -EPERM : tracee_seize(pid, session->seize_options);
    if (error) {
        session->result->launch_error = -error;
        session->result->message = explain(pid, error);
        return error;
    }
    if (process_handle_has_ended(named))
        return refuse_another(session, named->pid);
    const pid_t tgid = (pid_t)proc_status_number(pid, "Tgid", pid);
    struct process *process = process_table_process(&session->table, tgid);
    if (!process) {
        process = process_table_add_process(&session->table, tgid, address_space_create(tgid));
        process->attached = true;
        if (pid != tgid) { /* the files of a first thread that has ended are empty */
            tracee_memory_finish(&process->space->memory);
            tracee_memory_init(&process->space->memory, pid);
        }
        process->space->memory.guarded = &session->outside.guarded;
        image_read(session, process);
        process->record.ppid = (pid_t)proc_status_number(pid, "PPid", 0);
    }
    process_table_add_thread(&session->table, pid, process);
    interrupt(session, pid);
    for (size_t found = 1; found > 0 && !(trace && trace->alone); threads += found)
        found = seize_threads(session, process);
    session->result->started = true;
    if (trace)
        trace->events.attached(trace->events.context, pid, threads);
    return 0;
}

int attach_all(struct session *session)
{
    for (size_t i = 0; i < session->settings->attach_count; i++) {
        int error = attach(session, &session->settings->attach[i]);
        if (error)
            return error;
    }
    return 0;
}

/* ---- Letting go ------------------------------------------------------------------------------------------------------------ */

bool detach_wanted(const struct session *session, const struct process *process)
{
    return process->lets_go || session->detaching == DETACH_ALL || (session->detaching == DETACH_ATTACHED && process->attached);
}

void detach_begin(struct session *session, enum detach_scope scope)
{
    if (session->detaching >= scope)
        return;
    session->detaching = scope;
    for (struct process *process = session->table.processes; process; process = process->next)
        for (struct thread *thread = detach_wanted(session, process) ? process->threads : NULL; thread; thread = thread->next)
            if (thread->delayed_until_ns != 0)
                detach_thread(session, thread, thread->held_signal);
            else
                interrupt(session, thread->tid);
}

void detach_thread(struct session *session, struct thread *thread, int signal)
{
    if (thread->state == THREAD_DETACHED)
        return;
    if (session->settings->trace)
        call_trace_let_go(session, thread);
    event_queue_goes_on(&session->events, thread->tid);
    tracee_detach(thread->tid, signal);
    session->delayed -= thread->delayed_until_ns != 0;
    thread->delayed_until_ns = 0;
    thread->state = THREAD_DETACHED;
    session->detached++;
}

static void forget_threads(struct session *session, struct process *process)
{
    struct thread *next;

    for (struct thread *thread = process->threads; thread; thread = next) {
        next = thread->next;
        if (thread->state != THREAD_DETACHED)
            continue;
        process_table_remove_thread(&session->table, thread);
        session->detached--;
    }
}

void detach_forget_process(struct session *session, struct process *process)
{
    if (!session->settings->trace && !session->outside.again)
        observe_end(session, process, END_DETACHED);
    process_table_remove_process(&session->table, process);
}

void detach_forget(struct session *session)
{
    struct process *next;

    if (session->detached == 0)
        return;
    for (struct process *process = session->table.processes; process; process = next) {
        next = process->next;
        forget_threads(session, process);
        if (!process->threads)
            detach_forget_process(session, process);
    }
}
