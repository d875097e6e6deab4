/* SPDX-License-Identifier: MIT
 *
 * --audit=rt: the page faults of real-time threads, and what lies where they happened. */
#ifndef LEAKWATCH_TRACER_REALTIME_REALTIME_FAULTS_H
#define LEAKWATCH_TRACER_REALTIME_REALTIME_FAULTS_H

struct process;
struct session;
struct thread;

/* The thread is judged from now on: its faults are counted. */
void realtime_faults_begin(struct thread *thread);
/* It is not any more. */
void realtime_faults_end(struct session *session, struct thread *thread);
/* Takes over what the kernel has reported of a thread since the last time. */
void realtime_faults_take(struct session *session, struct thread *thread);
/* The same of all threads of a process. */
void realtime_faults_take_all(struct session *session, struct process *process);
/* Brings the sums up to date for threads whose faults can only be counted, and of all others: at a look. */
void realtime_faults_sum(struct session *session, struct process *process);

#endif
