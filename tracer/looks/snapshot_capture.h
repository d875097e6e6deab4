/* SPDX-License-Identifier: MIT
 *
 * Makes a snapshot of a process that stands still. */
#ifndef LEAKWATCH_TRACER_LOOKS_SNAPSHOT_CAPTURE_H
#define LEAKWATCH_TRACER_LOOKS_SNAPSHOT_CAPTURE_H

#include "base/maps.h"
#include "heap/snapshot.h"
#include "tracer/ledger/ledger_reader.h"
#include "tracer/modules/libc_facts.h"
#include "tracer/process_table.h"

/* Begins a snapshot with what is lost as soon as the process runs on: registers, and pointers that the kernel holds. Its memory is
 * the live one of process->space, in place of which the caller may put a copy. */
void snapshot_begin(const struct process *process, struct snapshot *snapshot);

/* Completes what was begun from the memory and the ledger, whose blocks, sites and root ranges are taken over. The caller releases
 * the snapshot with snapshot_finish(). */
void snapshot_capture(struct process *process, const struct memory_maps *maps, struct ledger_contents *contents,
                      struct libc_cache *libraries, struct snapshot *snapshot);

#endif
