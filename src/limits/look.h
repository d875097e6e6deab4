/* SPDX-License-Identifier: MIT
 *
 * One look at the machine, and one at a process: all that the kernel says at one moment. */
#ifndef LEAKWATCH_LIMITS_LOOK_H
#define LEAKWATCH_LIMITS_LOOK_H

#include "control_groups.h"
#include "machine_files.h"
#include "page_merging.h"
#include "pressure.h"
#include "process_pages.h"
#include "process_stat.h"
#include "process_status.h"
#include "realtime_machine.h"
#include "resource_limits.h"
#include "thread_schedule.h"

struct kernel_files;
struct listed_process;

struct machine_look {
    struct memory_info memory;
    struct vm_counters counters;
    struct zone_sums zones;
    struct swap_areas swaps;
    struct pressure pressure;
    struct kernel_settings settings;
    struct merging_machine merging;
    char huge_page_mode[CHOSEN_WORD_SIZE]; /* "": not known */
    struct known realtime;
    struct known tasks;             /* threads of all processes */
    struct realtime_machine timing; /* for an audit of real time only: realtime_machine_read() */
};

/* Reads about 40 small files. Nothing to release. */
void machine_look_read(struct kernel_files *files, struct machine_look *look);
/* Of a look that was read: reads the 5 files anew that change by themselves. The rest, settings most of all, changes only if
 * somebody wants it. */
void machine_look_refresh(struct kernel_files *files, struct machine_look *look);

struct process_look {
    pid_t pid;
    bool exists;
    struct process_status status;
    struct process_stat stat;
    struct resource_limits limits;
    struct known mappings;       /* that count against vm.max_map_count: see process_look_count_mappings() */
    struct known oom_adjustment; /* (int64_t) */
    struct known oom_score;
    struct known initial_namespace; /* 1: its capabilities are the system's; 0: those of a user namespace */
    struct control_groups groups;
    struct merging_process merging;
    char wait_channel[64];             /* where it sleeps in the kernel; "": not known */
    struct page_counts pages;          /* see process_look_read_pages() */
    struct process_pages each;         /* likewise */
    struct thread_schedules schedules; /* of real-time threads, see process_look_read_schedules() */
    struct known group_runtime;        /* likewise; of its control group, us in each period */
};

/* Reads what limits depend on. Returns 0; or -ESRCH if there is no such process, or -errno of its status file. Released by
 * process_look_finish() in any case. */
int process_look_read(struct kernel_files *files, pid_t pid, struct process_look *look);
/* The same, with control groups as they may be remembered: see control_groups_read(). */
int process_look_read_with(struct kernel_files *files, pid_t pid, struct group_memo *memo, struct process_look *look);
/* Reads look->mappings: some 0.4 us for each mapping, which the kernel writes a line for. */
void process_look_count_mappings(struct kernel_files *files, struct process_look *look);
/* Reads look->merging, look->pages and look->each, for which the kernel visits all mappings and page tables of the process. */
void process_look_read_pages(struct kernel_files *files, struct process_look *look);
/* Reads look->schedules and look->group_runtime, for an audit of real time. */
void process_look_read_schedules(struct kernel_files *files, struct process_look *look);
void process_look_finish(struct process_look *look);

/* The process as it would stand in the list of all. */
struct listed_process process_look_listed(const struct process_look *look);

/* Whether it has a capability (capabilities(7)) that counts for limits: in the initial user namespace. */
bool process_look_capable(const struct process_look *look, unsigned capability);

#endif
