/* SPDX-License-Identifier: MIT
 *
 * Holding a process still for longer than one look, letting it run for a moment in between, until a moment is good or patience
 * ends.
 */
#ifndef LEAKWATCH_TRACER_SHIM_PROCESS_HOLD_H
#define LEAKWATCH_TRACER_SHIM_PROCESS_HOLD_H

#include <stdint.h>

#include "tracer/process_table.h"

struct session;

struct hold_patience {
    uint64_t end_ns; /* monotonic */
    unsigned tries;
};
struct hold_patience hold_patience_begin(void);

/* For how long a process runs on before the next try, in ns: longer after some, as on a busy machine its threads do not get a
 * processor at once. */
uint64_t hold_moment_ns(unsigned tries);

/* Brings the process to a standstill. Returns 0; -ETIMEDOUT, with what is in the way in `*problem` (owned by the caller); -ESRCH:
 * it has ended. */
int process_hold(struct session *session, struct process *process, char **problem);
/* Lets it run for a moment, but for threads that stand well, and holds it again. Returns as process_hold() does, and -ETIMEDOUT
 * without `*problem` when patience is at an end. */
int process_hold_again(struct session *session, struct process *process, struct hold_patience *patience, char **problem);

#endif
