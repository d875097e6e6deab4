/* SPDX-License-Identifier: MIT
 * /proc/PID/limits (proc_pid_limits(5)): the soft limits, which are those that count. KNOWN_UNLIMITED: none. */
#ifndef LEAKWATCH_LIMITS_RESOURCE_LIMITS_H
#define LEAKWATCH_LIMITS_RESOURCE_LIMITS_H

#include <sys/types.h>

#include "base/known.h"

struct kernel_files;

struct resource_limits {
    struct known address_space, data, stack, locked, core; /* bytes */
    struct known processes;
    struct known realtime_priority; /* the highest that it may have */
    struct known realtime_us;       /* of a real-time thread, without sleeping */
};

void resource_limits_read(struct kernel_files *files, pid_t pid, struct resource_limits *limits);
/* The text of such a file. */
void resource_limits_parse(const char *text, struct resource_limits *limits);

#endif
