/* SPDX-License-Identifier: MIT
 *
 * --audit=rt: what happens in a process, fed into what is kept of it. Without an audit nothing of this does anything. */
#ifndef LEAKWATCH_TRACER_REALTIME_REALTIME_TRACKING_H
#define LEAKWATCH_TRACER_REALTIME_REALTIME_TRACKING_H

#include <stdbool.h>
#include <stdint.h>

struct call_set;
struct process;
struct session;
struct session_settings;
struct thread;

/* Adds the calls that an audit must see. */
void realtime_tracking_add_calls(const struct session_settings *settings, struct call_set *calls);

/* The thread stands at the entry of a call, with thread->call_arguments. Returns whether it must stop at its exit. */
bool realtime_tracking_enter(struct session *session, struct thread *thread, uint64_t number);
/* It stands at the exit of that call, which the kernel has made. */
void realtime_tracking_leave(struct session *session, struct thread *thread, bool failed);

/* The program has made a mark: its real-time part begins. */
void realtime_tracking_mark(struct session *session, struct thread *thread);
/* The signal is about to be delivered to the thread, which stands still. */
void realtime_tracking_signal(struct session *session, struct thread *thread, int signal);

/* `maker` has forked `child`, whose address space is a copy of its own. */
void realtime_tracking_fork(struct session *session, struct thread *maker, const struct process *child);

#endif
