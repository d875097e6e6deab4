/* SPDX-License-Identifier: MIT
 *
 * Whether a process is about to meet a limit of the kernel: looked at with every sample. */
#ifndef LEAKWATCH_TRACER_LIMIT_CHECK_H
#define LEAKWATCH_TRACER_LIMIT_CHECK_H

#include <stdint.h>

#include "limits/look.h"

struct process;
struct session;

/* Of a session: the machine, for all processes that are sampled at a time. */
struct machine_sample {
    struct machine_look look;
    uint64_t read_ns; /* since the session began; 0: not yet */
};

/* Warns of limits of which the process has used session->settings->warn_percent, of each once
 * (session_events.limit_is_near, and the record). It may be running. */
void limit_check(struct session *session, struct process *process);

#endif
