/* SPDX-License-Identifier: MIT
 *
 * Feeds the calls that lock and unlock memory, and those that change what is mapped, into the replay of each address space. */
#ifndef LEAKWATCH_TRACER_LOCKS_LOCK_TRACKING_H
#define LEAKWATCH_TRACER_LOCKS_LOCK_TRACKING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "locks/lock_claims.h"

struct address_space;
struct session;
struct thread;

/* The thread stands at the exit of thread->call, which the kernel has made. */
void lock_tracking_leave(struct session *session, struct thread *thread, int64_t result, bool failed);
/* `maker` has forked a process whose address space is a copy of its own. */
void lock_tracking_fork(struct session *session, struct thread *maker, struct address_space *child);
/* Whether the block of the heap that the claim began in was freed. `context`: struct address_space. */
lock_claim_test lock_tracking_is_freed;
/* The stack of a stopped thread, as a number of session->lock_sites; 0 if it cannot be walked. */
uint32_t lock_tracking_site(struct session *session, struct thread *thread);
/* The namespace that ids of shared memory of a task belong to; 0: not known. */
uint64_t lock_tracking_ipc_space(pid_t tid);

#endif
