/* SPDX-License-Identifier: MIT
 *
 * All processes that are to be seen, as far as limits of users and the OOM killer's choice depend on them. */
#ifndef LEAKWATCH_LIMITS_PROCESS_LIST_H
#define LEAKWATCH_LIMITS_PROCESS_LIST_H

#include <stddef.h>
#include <sys/types.h>

#include "base/known.h"

struct kernel_files;

struct listed_process {
    pid_t pid;
    struct known user, threads;
    struct known memory;     /* resident, swapped out, and page tables: what an OOM kill would give back */
    struct known adjustment; /* oom_score_adj; (int64_t) */
};

struct process_list {
    struct listed_process *items;
    size_t count;
};

/* Reads two files of each process: some ten microseconds for each. What ends meanwhile is left out. Released by
 * process_list_finish(). */
void process_list_read(struct kernel_files *files, struct process_list *list);
void process_list_finish(struct process_list *list);

/* How many threads the processes of a user have. */
uint64_t process_list_threads(const struct process_list *list, uint64_t user);

#endif
