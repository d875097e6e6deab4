/* SPDX-License-Identifier: MIT
 *
 * The log of system calls: each is decoded when a thread enters it and when it leaves it. */
#ifndef LEAKWATCH_TRACER_CALLS_CALL_TRACE_H
#define LEAKWATCH_TRACER_CALLS_CALL_TRACE_H

#include "tracer/process_table.h"
#include "tracer/stop.h"

struct session;
struct system_call;

/* The thread stands at the entry or the exit of a system call, or where the filter stopped it (STOP_SECCOMP). */
void call_trace_act(struct session *session, struct thread *thread, enum stop_kind kind);
/* It stands at PTRACE_EVENT_EXIT: the call that it is in will not return. */
void call_trace_act_on_exit(struct session *session, struct thread *thread);
/* It is about to be let go, perhaps in the middle of a call. */
void call_trace_let_go(struct session *session, struct thread *thread);
/* It stands before a signal. */
void call_trace_signal(struct session *session, struct thread *thread);
/* It has stopped with its group, by this signal. */
void call_trace_stop(struct session *session, struct thread *thread, int signal);
/* It made `child`. */
void call_trace_fork(struct session *session, struct thread *thread, pid_t child);
/* It has executed a program; its id was `former` before. */
void call_trace_exec(struct session *session, struct thread *thread, pid_t former);
/* It is gone. */
void call_trace_end(struct session *session, struct thread *thread, int status);
/* What the log holds back is to be written. */
void call_trace_flush(const struct session *session);
/* Takes NULL. */
void call_trace_destroy(struct system_call *call);

#endif
