/* SPDX-License-Identifier: MIT
 *
 * --audit=rt: what there is to say of a process, and of the machine. */
#ifndef LEAKWATCH_TRACER_REALTIME_REALTIME_LOOK_H
#define LEAKWATCH_TRACER_REALTIME_REALTIME_LOOK_H

struct process;
struct session;

/* Fills process->record.realtime: from what was seen of it, and, while it is still there, what the kernel says. Without an audit
 * nothing happens. */
void realtime_look_record(struct session *session, struct process *process);

/* Has the machine judged anew, as it is now. */
void realtime_look_machine(struct session *session);
/* At the end of the session: what was found of the machine is added to the result. */
void realtime_look_end(struct session *session);

#endif
