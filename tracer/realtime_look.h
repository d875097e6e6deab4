/* SPDX-License-Identifier: MIT
 *
 * --audit=rt: what there is to say of a process, and of the machine. */
#ifndef LEAKWATCH_TRACER_REALTIME_LOOK_H
#define LEAKWATCH_TRACER_REALTIME_LOOK_H

struct process;
struct session;

/* Fills process->record.realtime: from what was seen of it, and, while it is still there, what the kernel says. Without an audit
 * nothing happens. */
void realtime_look_record(struct session *session, struct process *process);

/* Fills session->result->machine anew, with the state of the machine now. */
void realtime_look_machine(struct session *session);

#endif
