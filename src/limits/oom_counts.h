/* SPDX-License-Identifier: MIT
 *
 * Was it the OOM killer, and for which limit did it come? SIGKILL does not say who sent it, but the kernel counts: its kills in all
 * (/proc/vmstat, oom_kill), those of each control group, and how often each group was at its limit. Pure. */
#ifndef LEAKWATCH_LIMITS_OOM_COUNTS_H
#define LEAKWATCH_LIMITS_OOM_COUNTS_H

#include "records/limits_model.h"
#include "control_groups.h"

/* What was counted when a group was first seen, with those kills that are accounted for since. */
struct group_count {
    char *path;
    struct known kills, shortages, swap_shortages;
};

struct oom_counts {
    struct known kills; /* of the system, likewise */
    struct group_count *groups;
    size_t count, capacity;
};

/* Remembers what is counted of those groups that have not been seen before. */
void oom_counts_see(struct oom_counts *counts, const struct control_groups *groups);

/* A process of these groups was ended by a SIGKILL that is not ours; `kills` is what the system counts now. Returns whether the
 * counts of its own group and of the system, as far as they are known, have one more kill than is accounted for; if so, that one is
 * from now on. */
bool oom_counts_take_kill(struct oom_counts *counts, struct known kills, const struct control_groups *groups);

/* The limit of `list` that the killer came for: that of a control group that was short of memory since it was first seen, the one
 * of which least is left, the innermost of equal ones. Where there is none, the least that is left of those of the machine and of
 * groups that are not to be seen. NULL if none is known. */
const struct limit *oom_counts_limit(const struct oom_counts *counts, const struct limit_list *list,
                                     const struct control_groups *groups);

void oom_counts_finish(struct oom_counts *counts);

#endif
