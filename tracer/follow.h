/* SPDX-License-Identifier: MIT
 *
 * Following tasks: who is born, who becomes another program, who is gone. */
#ifndef LEAKWATCH_TRACER_FOLLOW_H
#define LEAKWATCH_TRACER_FOLLOW_H

#include "process_table.h"
#include "stop.h"

struct session;

/* A thread was reported for the first time, before or after the news of its birth. Never NULL. */
struct thread *follow_unknown(struct session *session, pid_t tid);
/* `thread` stands at the event that says it made a task. */
void follow_new_child(struct session *session, struct thread *thread);
/* Tasks that stopped and of which no maker has told: finds out about them from /proc if their maker is gone; with `at_last`, called
 * from time to time, also if it only has not spoken since the last time (it was killed just then). */
void follow_unclaimed(struct session *session, bool at_last);
/* `tid` stands at PTRACE_EVENT_EXEC: its old image is gone. Returns the thread under its new id, NULL if it is not known. */
struct thread *follow_exec(struct session *session, pid_t tid);
/* The thread is gone, as STOP_EXITED or STOP_KILLED. */
void follow_end(struct session *session, struct thread *thread, const struct stop *stop, int status);

#endif
