/* SPDX-License-Identifier: MIT
 * /proc/PID/stat (proc_pid_stat(5)). */
#ifndef LEAKWATCH_LIMITS_PROCESS_STAT_H
#define LEAKWATCH_LIMITS_PROCESS_STAT_H

#include <sys/types.h>

#include "base/known.h"

struct kernel_files;

struct process_stat {
    char state;                              /* as 'R', 'S', 'D', 'Z'; 0: not known */
    struct known minor_faults, major_faults; /* of all its threads */
    struct known start_ticks;                /* since boot: with the PID it names a process once and for all */
};

void process_stat_read(struct kernel_files *files, pid_t pid, struct process_stat *stat);
/* The same of one thread, from /proc/PID/task/TID/stat: its faults are its own. */
void process_stat_read_thread(struct kernel_files *files, pid_t pid, pid_t tid, struct process_stat *stat);
/* The text of such a file. */
void process_stat_parse(const char *text, struct process_stat *stat);

#endif
