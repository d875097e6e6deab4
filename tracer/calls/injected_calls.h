/* SPDX-License-Identifier: MIT
 *
 * --inject: system calls that are tampered with while leaks are looked for. What makes the search possible is spared: the shim's
 * own calls, and all that come before the shim is ready. */
#ifndef LEAKWATCH_TRACER_CALLS_INJECTED_CALLS_H
#define LEAKWATCH_TRACER_CALLS_INJECTED_CALLS_H

#include <stdbool.h>
#include <stdint.h>

struct session;
struct thread;

/* The thread stands at the entry of a call, with thread->call_arguments. Returns whether the call is replaced: it will not be made.
 */
bool injected_call_enter(struct session *session, struct thread *thread, uint64_t number);
/* It stands at the exit, where the kernel said so. Returns whether the result was made up, and what the thread sees. */
bool injected_call_leave(struct session *session, struct thread *thread, int64_t *result, bool *failed);

/* Lets the thread go on, after its delay if it has one; it stops at the exit of its call if `to_exit`, or if
 * there is something to be done. */
void injected_call_resume(struct session *session, struct thread *thread, bool to_exit);

#endif
