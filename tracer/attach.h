/* SPDX-License-Identifier: MIT
 *
 * Processes that were there before: taking hold of all their threads, and letting them go as they were. */
#ifndef LEAKWATCH_TRACER_ATTACH_H
#define LEAKWATCH_TRACER_ATTACH_H

#include <stdbool.h>

struct process;
struct session;
struct thread;

/* Seizes the processes of the settings. With the first that cannot be had, says why in result->message and returns -errno; those
 * before it are let go by the kernel when the session ends. */
int attach_all(struct session *session);

enum detach_scope { DETACH_NOBODY, DETACH_ATTACHED, DETACH_ALL };

/* From now on each thread in this scope is let go at its next stop; all are asked to stop. No thread is waited for: the parent of a
 * vfork stops only when its child has gone on. */
void detach_begin(struct session *session, enum detach_scope scope);
/* Whether the process is to be let go. */
bool detach_wanted(const struct session *session, const struct process *process);
/* Lets a stopped thread go, with this signal (0: none). It stays in the table until detach_forget(). */
void detach_thread(struct session *session, struct thread *thread, int signal);
/* Takes threads that were let go out of the table, and processes without any. */
void detach_forget(struct session *session);
/* The same for a process of which no thread is left in the table: those that were not let go have ended. */
void detach_forget_process(struct session *session, struct process *process);

#endif
