/* SPDX-License-Identifier: MIT
 *
 * The control groups of a process from its own to the outermost that is to be seen, of both versions
 * (Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst). Sizes in bytes. A limit that is none is KNOWN_UNLIMITED. */
#ifndef LEAKWATCH_LIMITS_CONTROL_GROUPS_H
#define LEAKWATCH_LIMITS_CONTROL_GROUPS_H

#include <sys/types.h>

#include "pressure.h"

struct kernel_files;

struct memory_group {
    char *path; /* within what we see of the hierarchy: "/a/b", "/" */
    bool unified;
    struct known limit, used, peak;
    struct known high;                      /* version 2: above it the group is slowed down */
    struct known reclaimable;               /* of `used`: pages of files, and of the kernel's caches */
    struct known swap_limit, swap_used;     /* version 2: of swap alone */
    struct known with_swap, with_swap_used; /* version 1: of memory and swap together */
    struct known enclosing;             /* version 1: the least limit of all groups around it, those included that we do not see */
    struct known limit_hits, high_hits; /* how often the limit, or `high`, was met */
    struct known oom_kills;             /* version 2: of the groups in it as well */
    struct known own_oom_kills;         /* of its own processes */
    struct known shortages, swap_shortages; /* how often nothing could be had below the limit; with swap: version 1 */
    struct known under_oom, oom_kill_disabled, oom_group;
    struct known swappiness;  /* version 1 */
    struct pressure pressure; /* version 2 */
};

struct task_group {
    char *path;
    struct known limit, used;
};

struct control_groups {
    struct memory_group *memory; /* the process's own first */
    size_t memory_count;
    struct task_group *tasks; /* likewise */
    size_t task_count;
    bool memory_outside; /* the process's group is outside of what we see of the hierarchy */
    bool more_outside;   /* there are groups around the outermost that we see */
};

/* The groups that were read last, for the sake of the next process, which is mostly in the same ones. All zero: none. */
struct group_memo {
    char *membership; /* text of /proc/PID/cgroup; NULL: none was read */
    struct control_groups groups;
};

/* Reads a dozen files of each group; or, if the process is in the groups that `memo` (may be NULL) holds, takes them as they were
 * then. `groups` is released by control_groups_finish(), the memo by group_memo_forget(). */
void control_groups_read(struct kernel_files *files, pid_t pid, struct group_memo *memo, struct control_groups *groups);
/* What is in it is too old. */
void group_memo_forget(struct group_memo *memo);
/* A copy that outlives `groups`. */
void control_groups_copy(struct control_groups *copy, const struct control_groups *groups);
void control_groups_finish(struct control_groups *groups);

#endif
