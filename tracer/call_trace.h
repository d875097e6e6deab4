/* SPDX-License-Identifier: MIT
 *
 * The log of system calls: each is decoded when a thread enters it and when it leaves it. */
#ifndef LEAKWATCH_TRACER_CALL_TRACE_H
#define LEAKWATCH_TRACER_CALL_TRACE_H

#include "process_table.h"

struct session;
struct system_call;

/* The thread stands at the entry or the exit of a system call. */
void call_trace_act(struct session *session, struct thread *thread);
/* It stands before a signal. */
void call_trace_signal(struct session *session, struct thread *thread);
/* It stands still after a stop signal. */
void call_trace_stop(struct session *session, struct thread *thread, int signal);
/* It is gone. */
void call_trace_end(struct session *session, struct thread *thread, int status);
/* Takes NULL. */
void call_trace_destroy(struct system_call *call);

#endif
