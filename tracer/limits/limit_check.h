/* SPDX-License-Identifier: MIT
 *
 * Whether a process is about to meet a limit of the kernel: looked at with every sample. */
#ifndef LEAKWATCH_TRACER_LIMITS_LIMIT_CHECK_H
#define LEAKWATCH_TRACER_LIMITS_LIMIT_CHECK_H

struct process;
struct session;

/* Warns of limits of which the process had used session->settings->warn_percent when the last sample was taken, of each once
 * (session_events.limit_is_near, and the record). It may be running. */
void limit_check(struct session *session, struct process *process);

#endif
