/* SPDX-License-Identifier: MIT
 *
 * The heap of a process that was there before us: its live blocks out of the C library's own structures, in the form in which the
 * ledger would have told of them. */
#ifndef LEAKWATCH_TRACER_LOOKS_OUTSIDE_HEAP_H
#define LEAKWATCH_TRACER_LOOKS_OUTSIDE_HEAP_H

#include "base/maps.h"
#include "records/memory_usage.h"
#include "records/process_record.h"
#include "tracer/ledger/ledger_reader.h"

struct snapshot;

/* Reads the heap of a process as it stood when the snapshot was begun, and says in its record where the memory of the heap is,
 * claiming that in `resident`, and what could not be seen. `last`: what is not right now is not tried again. Returns 0; -EAGAIN if
 * a thread was about to change the heap; -ENOENT if there is no heap that is known. The caller releases `contents` with
 * ledger_contents_finish() in all cases. */
int outside_heap_read(const struct snapshot *begun, const struct memory_maps *maps, struct resident_memory *resident, bool last,
                      struct process_record *record, struct ledger_contents *contents);

#endif
