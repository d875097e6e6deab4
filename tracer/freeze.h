/* SPDX-License-Identifier: MIT
 *
 * Letting threads run, and bringing whole processes to a standstill. A thread of a process that is being frozen is held at whatever
 * stop it comes to next, and goes on from there in just the way it would have, once the process has been looked at. Nobody ever
 * waits for one thread: the event loop collects them. */
#ifndef LEAKWATCH_TRACER_FREEZE_H
#define LEAKWATCH_TRACER_FREEZE_H

#include <stdint.h>

#include "process_table.h"

struct session;

/* Lets a stopped thread go on with PTRACE_CONT, PTRACE_SYSCALL or PTRACE_LISTEN and a signal to deliver (0: none), or holds it
 * there if its process is being frozen. */
void thread_resume(struct session *session, struct thread *thread, int request, int signal);
/* The same, up to the stop that is wanted next: of any call, of a call that the filter selects, or of the end of the call it is in.
 */
void thread_deliver(struct session *session, struct thread *thread, int signal);
/* The same without a signal. */
void thread_run_on(struct session *session, struct thread *thread);

/* Begins to freeze a process; what is to be done then depends on the causes collected until it stands still. */
void freeze_begin(struct session *session, struct process *process, enum freeze_cause cause);
/* Whether all threads of a process stand still. */
bool freeze_is_complete(const struct process *process);
/* Lets a process run on that is frozen with FREEZE_HOLD, but for threads that stand well and do not end. */
void freeze_end(struct session *session, struct process *process);
/* Looks at all processes that stand still by now (or are past their deadline), and lets them run on. */
void freeze_settle(struct session *session);
/* When freeze_settle() will have something to do without an event (monotonic clock, ns); UINT64_MAX: never. Nothing is past that it
 * leaves undone: a deadline comes before all events, and would keep them from being seen. */
uint64_t freeze_deadline(const struct session *session);

#endif
