/* SPDX-License-Identifier: MIT
 *
 * Looking at a process that stands still: its record, its ledger, its heap; and telling those who wait for it. */
#ifndef LEAKWATCH_TRACER_OBSERVATION_H
#define LEAKWATCH_TRACER_OBSERVATION_H

#include "process_table.h"

struct session;

/* Does what process->freeze_causes ask for. */
void observe_frozen(struct session *session, struct process *process);

/* The image of the process has ended: completes the record and hands it on. The process goes on to exist. */
void observe_end(struct session *session, struct process *process, enum process_end end);

#endif
