/* SPDX-License-Identifier: MIT
 *
 * Calls for memory that fail: which limit of the kernel they are beyond, at that moment. */
#ifndef LEAKWATCH_TRACER_LIMITS_REFUSAL_TRACKING_H
#define LEAKWATCH_TRACER_LIMITS_REFUSAL_TRACKING_H

#include <stdbool.h>
#include <stdint.h>

struct session;
struct thread;

/* The thread stands at the exit of thread->call, which the kernel has made. */
void refusal_tracking_leave(struct session *session, struct thread *thread, int64_t result, bool failed);

/* The thread is at its end, which SIGSEGV brought: was it that its stack was to grow, and could not? */
void refusal_tracking_killed(struct session *session, struct thread *thread);

#endif
