/* SPDX-License-Identifier: MIT
 *
 * Was it the kernel's out-of-memory killer, and why did it come? What it leaves of the memory of a process that is held at its end
 * lasts for two seconds (mm/oom_kill.c, OOM_REAPER_DELAY). */
#ifndef LEAKWATCH_TRACER_LIMITS_OOM_KILL_H
#define LEAKWATCH_TRACER_LIMITS_OOM_KILL_H

#include "limits/oom_counts.h"
#include "memory_reserve.h"

struct process;
struct session;

/* What the kernel counted before. */
struct oom_watch {
    struct oom_counts counts;
    char *groups; /* the text of the last /proc/PID/cgroup whose groups were looked at; or NULL */
    struct memory_reserve reserve;
};

void oom_watch_begin(struct oom_watch *watch);
/* Takes the counts of the control groups that a process is in, if they are new; and a reserve, if we are in one of them that has a
 * limit. */
void oom_watch_process(struct session *session, const struct process *process);
void oom_watch_finish(struct oom_watch *watch);

/* A SIGKILL has ended a process, or is about to: if it came from the OOM killer, as far as the kernel's counts tell, that and all
 * that is known of it goes into the record of the process, unless it is there already. */
void oom_kill_record(struct session *session, struct process *process);

#endif
