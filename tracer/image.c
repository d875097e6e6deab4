/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/calls/exec_attempt.h"
#include "tracer/limits/oom_kill.h"
#include "tracer/limits/process_sample.h"
#include "tracer/looks/observation.h"
#include "address_space.h"
#include "supervisor.h"

static char *read_executable(pid_t pid)
{
    char link[64], path[PATH_MAX];

    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    ssize_t size = readlink(link, path, sizeof path - 1);
    return size > 0 ? xstrndup(path, (size_t)size) : xstrdup("");
}

/* Reads a whole file of /proc. The caller frees the result; `*size` is 0 where it cannot be read. */
static char *read_command_text(pid_t pid, size_t *size)
{
    char path[64], *text = NULL;
    size_t capacity = 0;
    ssize_t count;

    *size = 0;
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return NULL;
    do {
        text = xgrow(text, &capacity, *size + 4096, 1);
        count = read(file, text + *size, capacity - *size);
        if (count > 0)
            *size += (size_t)count;
    } while (count > 0);
    close(file);
    return text;
}

static char **read_command(pid_t pid)
{
    size_t size, count = 0, capacity = 0;
    char *text = read_command_text(pid, &size), **command = NULL;

    for (size_t at = 0; at < size;) {
        size_t length = strnlen(text + at, size - at);
        command = xgrow(command, &capacity, count + 2, sizeof *command);
        command[count++] = xstrndup(text + at, length);
        at += length + 1;
    }
    free(text);
    if (!command)
        command = xcalloc(1, sizeof *command);
    command[count] = NULL;
    return command;
}

void image_read(struct session *session, struct process *process)
{
    const pid_t reader = process->space->memory.tid; /* of the process itself nothing can be read if its first thread has ended */

    process->is_program = true;
    process->record.executable = read_executable(reader);
    process->record.command = read_command(reader);
    process->record.started_ns = session_time_ns(session);
    oom_watch_process(session, process);
}

void image_copy(struct session *session, struct process *process, const struct process *maker)
{
    struct process_record *record = &process->record;

    process->is_program = maker->is_program;
    process->injects = maker->injects;
    process->changed_program = maker->changed_program;
    record->ppid = maker->pid;
    record->started_ns = session_time_ns(session);
    if (!maker->is_program)
        return;
    record->executable = xstrdup(maker->record.executable);
    record->command = xstrdupv(maker->record.command);
    for (size_t i = 0; i < maker->image_reasons; i++)
        process_record_reason(record, "%s", maker->record.reasons[i]);
    process->image_reasons = record->reason_count;
}

void image_replace(struct session *session, struct process *process, const struct exec_attempt *attempt)
{
    const pid_t parent = process->is_program ? process->record.ppid : getpid();

    observe_end(session, process, END_EXEC);
    process->changed_program |= process->is_program;
    segment_locks_forget(&session->segments, process->pid);
    process_record_finish(&process->record);
    process->record = (struct process_record){.pid = process->pid, .ppid = parent};
    process->judged = process->wants_final_check = process->final_check_done = process->injects = false;
    process_sample_forget(process);
    memset(process->call_counts, 0, sizeof process->call_counts);
    memset(process->call_errors, 0, sizeof process->call_errors);
    memset(process->call_time_ns, 0, sizeof process->call_time_ns);
    address_space_unref(process->space);
    process->space = address_space_create(process->pid);
    process->space->shim_expected = attempt && attempt->preload;
    raised_limits_exec(process);
    image_read(session, process);
    for (size_t i = 0; attempt && i < attempt->reason_count; i++)
        process_record_reason(&process->record, "%s", attempt->reasons[i]);
    if (!attempt)
        process_record_reason(&process->record, "its start was not seen: its heap was not seen");
    if (!session->shim.path)
        process_record_reason(&process->record, "run without the shim: its heap was not seen");
    process->image_reasons = process->record.reason_count;
    if (process->pid == session->launch.pid) {
        session->result->started = true;
        process_sample_take(session, process, LOOK_BRIEF);
    }
}
