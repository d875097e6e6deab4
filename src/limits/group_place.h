/* SPDX-License-Identifier: MIT
 *
 * Where the control group of a process is to be found (cgroups(7)): /proc/PID/cgroup names it within its hierarchy, and
 * /proc/self/mountinfo says where we see how much of that hierarchy. */
#ifndef LEAKWATCH_LIMITS_GROUP_PLACE_H
#define LEAKWATCH_LIMITS_GROUP_PLACE_H

#include <stdbool.h>

struct group_place {
    bool found;
    bool unified; /* version 2 of control groups */
    bool outside; /* the group is not below what we see of the hierarchy: nothing can be read of it */
    char *mount;  /* below the root, without the leading slash */
    char *path;   /* below `mount`: "" for its top, or "/a/b"; NULL if outside */
};

/* Finds, in the texts of the two files, the group of a process for a controller, "memory" or "pids": in a hierarchy of version 1
 * that has it, else in that of version 2. What was not found is not `found`. The caller releases the place. */
void group_place_parse(const char *cgroup, const char *mountinfo, const char *controller, struct group_place *place);
void group_place_finish(struct group_place *place);

#endif
