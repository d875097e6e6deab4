/* SPDX-License-Identifier: MIT
 *
 * What the memory calls of a process tell about its address space: modules that come and go, stacks of threads. */
#ifndef LEAKWATCH_TRACER_CALLS_MEMORY_CALLS_H
#define LEAKWATCH_TRACER_CALLS_MEMORY_CALLS_H

#include <stdbool.h>
#include <stdint.h>

struct session;
struct thread;

/* The thread's call succeeded with `result`. */
void memory_call_done(struct session *session, struct thread *thread, uint64_t result);

/* Whether the call of the thread maps memory for the ledger, which is none of the program's. */
bool memory_call_is_own(const struct thread *thread);

#endif
