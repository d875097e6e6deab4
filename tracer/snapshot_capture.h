/* SPDX-License-Identifier: MIT
 *
 * Makes a snapshot of a process that stands still. */
#ifndef LEAKWATCH_TRACER_SNAPSHOT_CAPTURE_H
#define LEAKWATCH_TRACER_SNAPSHOT_CAPTURE_H

#include "heap/snapshot.h"
#include "ledger_reader.h"
#include "libc_facts.h"
#include "maps.h"
#include "process_table.h"

/* Fills `snapshot` from the process and its ledger, whose blocks, sites and root ranges are taken over. It reads the memory of
 * process->space until the process runs on. The caller releases it with snapshot_finish(). */
void snapshot_capture(struct process *process, const struct memory_maps *maps, struct ledger_contents *contents,
                      struct libc_cache *libraries, struct snapshot *snapshot);

#endif
