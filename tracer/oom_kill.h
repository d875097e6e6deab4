/* SPDX-License-Identifier: MIT
 *
 * Was it the kernel's out-of-memory killer? A SIGKILL does not say who sent it, but the kernel counts. */
#ifndef LEAKWATCH_TRACER_OOM_KILL_H
#define LEAKWATCH_TRACER_OOM_KILL_H

#include <stdbool.h>
#include <stdint.h>

struct process;
struct session;

/* How many processes of the system it has killed so far (/proc/vmstat, oom_kill). */
uint64_t oom_kill_count(void);

/* Whether a process that SIGKILL ended was killed by it, as far as one can tell: its memory control group counts such a kill, or
 * cannot be asked, and the system counts one more than before. */
bool oom_kill_happened(struct session *session, const struct process *process);

#endif
