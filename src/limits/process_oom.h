/* SPDX-License-Identifier: MIT
 *
 * What the kernel's OOM killer would choose (mm/oom_kill.c, oom_badness(); fs/proc/base.c, proc_oom_score()). */
#ifndef LEAKWATCH_LIMITS_PROCESS_OOM_H
#define LEAKWATCH_LIMITS_PROCESS_OOM_H

#include <stddef.h>
#include <sys/types.h>

#include "base/known.h"

struct kernel_files;
struct listed_process;
struct process_list;
struct process_status;

/* oom_score_adj: -1000, never, to 1000; (int64_t). */
struct known process_oom_adjustment(struct kernel_files *files, pid_t pid);

/* Bytes that count: VmRSS + VmSwap + VmPTE. Not known of a kernel thread, which has none. */
struct known process_oom_memory(const struct process_status *status);

/* Memory and adjustment as one number, in bytes; (int64_t). `total`: of the machine, or the limit of a control group. Not known if
 * the process is exempt, or a part is not known. */
struct known process_oom_points(struct known memory, struct known adjustment, uint64_t total);

/* What /proc/PID/oom_score shows for these points: (1000 + points * 1000 / total) * 2 / 3, so that 666 is a process of no size. */
struct known process_oom_score(struct known points, uint64_t total);

/* A process among all that the killer may choose. */
struct oom_standing {
    struct known points; /* (int64_t) */
    struct known share;  /* of `total`, in 1/100 percent, without the adjustment */
    struct known score;
    size_t rank;   /* 1: the first choice; 0: it will not be chosen, or that is not known */
    size_t others; /* that may be chosen, the process included */
};
/* `process` need not be in the list, which may be older than it. */
struct oom_standing oom_standing_of(const struct process_list *list, const struct listed_process *process, uint64_t total);

#endif
