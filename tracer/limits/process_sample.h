/* SPDX-License-Identifier: MIT
 *
 * Samples of processes and of the machine: how large they are, and what stands in their way. Thresholds, limits and the time line
 * are all made of the same sample. */
#ifndef LEAKWATCH_TRACER_LIMITS_PROCESS_SAMPLE_H
#define LEAKWATCH_TRACER_LIMITS_PROCESS_SAMPLE_H

#include "limits/watched.h"

struct process;
struct session;

/* The session begins, or is over: looks at the machine. In the end, what was found of it is moved into session->result. */
void process_sample_begin(struct session *session);
void process_sample_end(struct session *session);

/* Takes a sample of a process, which may be running: the head of its ledger, and what the kernel says, which is afterwards in
 * process->watched. Nothing happens with a process that borrows its memory or is not reported on, nor, but for the ledger, if
 * settings->watch_limits is not set. Mappings are counted anew if `depth` is not LOOK_BRIEF. */
void process_sample_take(struct session *session, struct process *process, enum look_depth depth);

/* Fills record.limits with what samples have shown so far. */
void process_sample_record(struct process *process);

/* Forgets all samples: the process has ended, or runs another program. Once more does no harm. */
void process_sample_forget(struct process *process);

#endif
