/* SPDX-License-Identifier: MIT
 *
 * Fields of /proc/TID/status (proc_pid_status(5)). */
#ifndef LEAKWATCH_TRACER_KERNEL_PROC_STATUS_H
#define LEAKWATCH_TRACER_KERNEL_PROC_STATUS_H

#include <stdbool.h>
#include <sys/types.h>

struct proc_ids {
    uid_t effective_uid;
    gid_t effective_gid;
};

/* The ids of a task; those of the caller if they cannot be read. */
struct proc_ids proc_status_ids(pid_t tid);

/* A field with one decimal number, as "Tgid"; `otherwise` if it cannot be read. */
long proc_status_number(pid_t tid, const char *field, long otherwise);

/* Whether `word` is in the line of a field, as "shstk" is in that of "x86_Thread_features"; false if it cannot be read. */
bool proc_status_lists(pid_t tid, const char *field, const char *word);

/* Whether a task is a zombie, or dead; false if it cannot be read. */
bool proc_status_has_ended(pid_t tid);

/* The number of a process in the innermost PID namespace it is in; `pid` itself if that is ours; 0 if it cannot be read. */
pid_t proc_status_inner_pid(pid_t pid);

#endif
