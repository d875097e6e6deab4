/* SPDX-License-Identifier: MIT
 *
 * Looking at a process: its record, its ledger, its heap; and telling those who wait for it. */
#ifndef LEAKWATCH_TRACER_LOOKS_OBSERVATION_H
#define LEAKWATCH_TRACER_LOOKS_OBSERVATION_H

#include "tracer/process_table.h"

struct memory_maps;
struct session;

/* The process stands still: does what process->freeze_causes ask for. */
void observe_frozen(struct session *session, struct process *process);

/* A thread of the process is about to replace the image: takes the counts, for which nothing need stand still. */
void observe_counts(struct session *session, struct process *process);

/* Reads live and peak bytes of a running process. */
void observe_sample(struct session *session, struct process *process);

/* Fills the modules of the record from the mappings as they are now. */
void observe_modules(const struct session *session, struct process *process, const struct memory_maps *maps);

/* The image of the process has ended: completes the record and hands it on. The process goes on to exist. */
void observe_end(struct session *session, struct process *process, enum process_end end);

#endif
