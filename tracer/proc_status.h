/* SPDX-License-Identifier: MIT
 *
 * Fields of /proc/TID/status (proc_pid_status(5)). */
#ifndef LEAKWATCH_TRACER_PROC_STATUS_H
#define LEAKWATCH_TRACER_PROC_STATUS_H

#include <sys/types.h>

struct proc_ids {
    uid_t effective_uid;
    gid_t effective_gid;
};

/* The ids of a task; those of the caller if they cannot be read. */
struct proc_ids proc_status_ids(pid_t tid);

/* A field with one decimal number, as "Tgid"; `otherwise` if it cannot be read. */
long proc_status_number(pid_t tid, const char *field, long otherwise);

#endif
