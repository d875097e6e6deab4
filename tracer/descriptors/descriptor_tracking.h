/* SPDX-License-Identifier: MIT
 *
 * --track-fds: where descriptors are opened. A thread is stopped at the exit of each call that opens some, and its stack is noted
 * with their numbers. Closing is not watched: in the end the kernel tells what is open. */
#ifndef LEAKWATCH_TRACER_DESCRIPTORS_DESCRIPTOR_TRACKING_H
#define LEAKWATCH_TRACER_DESCRIPTORS_DESCRIPTOR_TRACKING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "descriptor_table.h"

struct process;
struct session;
struct thread;

/* The thread stands at the entry of a call, with thread->call_arguments. Returns whether it must stop at its exit. */
bool descriptor_tracking_enter(struct session *session, struct thread *thread, uint64_t number);
/* It stands at the exit of that call. `result`: negative if it failed or was not made. */
void descriptor_tracking_leave(struct session *session, struct thread *thread, int64_t result);

/* `child` was made by `maker`, whose clone(2) had these flags; without CLONE_FILES it has copies of all descriptors. */
void descriptor_tracking_fork(struct session *session, struct thread *maker, struct thread *child, uint64_t flags);
/* The clone of `maker` made a pidfd and stored it at this address. */
void descriptor_tracking_pidfd(struct session *session, struct thread *maker, uint64_t address);
/* The thread begins a program: what is open now it inherits. */
void descriptor_tracking_exec(struct session *session, struct thread *thread);

/* What is behind a descriptor, without asking a file system, which may be served by a process that waits for us. Returns false if
 * there is none. */
bool descriptor_identify(pid_t tid, int number, struct descriptor_identity *identity);
/* Calls `seen` for each open descriptor. Returns 0 or -errno. */
int descriptor_list(pid_t tid, void (*seen)(void *context, int number), void *context);

#endif
