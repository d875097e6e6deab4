/* SPDX-License-Identifier: MIT
 *
 * How threads are scheduled (sched(7)), from /proc/PID/task/TID/stat and status. */
#ifndef LEAKWATCH_LIMITS_THREAD_SCHEDULE_H
#define LEAKWATCH_LIMITS_THREAD_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/known.h"
#include "realtime_machine.h" /* CPU_LIST_SIZE */

struct kernel_files;

struct thread_schedule {
    pid_t tid;
    char name[64];
    struct known policy;        /* SCHED_OTHER, SCHED_FIFO, ...: <sched.h>, without SCHED_RESET_ON_FORK */
    struct known priority;      /* 1 to 99 of SCHED_FIFO and SCHED_RR, else 0 */
    struct known reset_on_fork; /* 1: what it makes is not scheduled so; /proc does not tell */
    char cpus[CPU_LIST_SIZE];   /* those that it may run on, as a list; "" if not known */
};

/* Whether it is of SCHED_FIFO, SCHED_RR or SCHED_DEADLINE. */
bool thread_schedule_is_realtime(const struct thread_schedule *schedule);
/* "SCHED_FIFO"; static. */
const char *thread_schedule_policy_name(uint64_t policy);

/* What cannot be read is not known. */
void thread_schedule_read(struct kernel_files *files, pid_t pid, pid_t tid, struct thread_schedule *schedule);
/* The texts of such files. */
void thread_schedule_parse(const char *stat, const char *status, struct thread_schedule *schedule);

/* All zero: none. */
struct thread_schedules {
    bool known; /* the threads could be listed */
    struct thread_schedule *items;
    size_t count, capacity;
};
/* Adds a thread, or replaces what is known of it. */
void thread_schedules_put(struct thread_schedules *schedules, const struct thread_schedule *schedule);
/* Those of the threads of a process that are real-time threads now. */
void thread_schedules_read(struct kernel_files *files, pid_t pid, struct thread_schedules *schedules);
void thread_schedules_finish(struct thread_schedules *schedules);

#endif
