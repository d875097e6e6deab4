/* SPDX-License-Identifier: MIT
 *
 * What /proc and /sys say of the machine's memory. Sizes in bytes. What cannot be read is not known. */
#ifndef LEAKWATCH_LIMITS_MACHINE_FILES_H
#define LEAKWATCH_LIMITS_MACHINE_FILES_H

#include "base/known.h"

struct kernel_files;

/* /proc/meminfo (proc_meminfo(5)) */
struct memory_info {
    struct known total, free, available, cached;
    struct known swap_total, swap_free;
    struct known commit_limit, committed;     /* CommitLimit, Committed_AS */
    struct known locked, unevictable;         /* Mlocked, Unevictable */
    struct known huge_total, huge_free;       /* pages */
    struct known huge_reserved, huge_surplus; /* pages */
    struct known huge_page_size;              /* of one page */
    struct known huge_memory;                 /* Hugetlb: of all pools of huge pages */
};
void memory_info_parse(const char *text, struct memory_info *info);
void memory_info_read(struct kernel_files *files, struct memory_info *info);

/* /proc/vmstat: counters since boot */
struct vm_counters {
    struct known oom_kills;
    struct known swapped_in, swapped_out; /* pages */
    struct known major_faults;
    struct known merged_written; /* cow_ksm: writes to pages that had been merged */
};
void vm_counters_parse(const char *text, struct vm_counters *counters);
void vm_counters_read(struct kernel_files *files, struct vm_counters *counters);

/* /proc/zoneinfo: sums over all zones */
struct zone_sums {
    struct known free, min, low, high; /* bytes: below `low` kswapd works, below `min` whoever asks for memory has to */
};
void zone_sums_parse(const char *text, struct zone_sums *zones);
void zone_sums_read(struct kernel_files *files, struct zone_sums *zones);

/* /proc/swaps */
struct swap_areas {
    struct known count; /* areas in use */
    struct known size, used;
};
void swap_areas_parse(const char *text, struct swap_areas *areas);
void swap_areas_read(struct kernel_files *files, struct swap_areas *areas);

/* /proc/sys/vm and /proc/sys/kernel */
struct kernel_settings {
    struct known overcommit_memory, overcommit_ratio, overcommit_kbytes; /* the last in bytes */
    struct known user_reserve, admin_reserve;                            /* bytes */
    struct known max_map_count;
    struct known panic_on_oom, oom_kill_allocating_task;
    struct known swappiness, watermark_scale_factor;
    struct known threads_max, pid_max;
};
void kernel_settings_read(struct kernel_files *files, struct kernel_settings *settings);

/* Whether the kernel is one for real time: PREEMPT_RT in its version, or /sys/kernel/realtime. */
struct known kernel_is_realtime(struct kernel_files *files);

/* The word that is chosen in a file such as /sys/kernel/mm/transparent_hugepage/enabled: "always [madvise] never". Stored in
 * `word`;
 * "" if not known. */
enum { CHOSEN_WORD_SIZE = 16 };
void chosen_word_parse(const char *text, char word[CHOSEN_WORD_SIZE]);
void huge_page_mode_read(struct kernel_files *files, char word[CHOSEN_WORD_SIZE]);

#endif
