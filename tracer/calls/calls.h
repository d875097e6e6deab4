/* SPDX-License-Identifier: MIT
 *
 * The system calls that threads are stopped at: counted, understood, answered. */
#ifndef LEAKWATCH_TRACER_CALLS_CALLS_H
#define LEAKWATCH_TRACER_CALLS_CALLS_H

#include "tracer/process_table.h"
#include "tracer/stop.h"

struct session;

/* The thread stands at STOP_SECCOMP or STOP_SYSCALL. */
void calls_act(struct session *session, struct thread *thread, enum stop_kind kind);
/* The thread stands at PTRACE_EVENT_EXIT. */
void calls_act_on_exit(struct session *session, struct thread *thread);
/* The thread is in a call that has made another task. */
void calls_made_task(const struct session *session, struct thread *thread);

#endif
