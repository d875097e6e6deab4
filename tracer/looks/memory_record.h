/* SPDX-License-Identifier: MIT
 *
 * Where the memory of a process is, as facts of its record. */
#ifndef LEAKWATCH_TRACER_LOOKS_MEMORY_RECORD_H
#define LEAKWATCH_TRACER_LOOKS_MEMORY_RECORD_H

#include "base/maps.h"
#include "glibc_heap/glibc_heap.h"
#include "heap/snapshot.h"
#include "records/memory_usage.h"
#include "tracer/ledger/ledger_reader.h"
#include "tracer/process_table.h"
#include "tracer/shim/shim_file.h"

/* What is known of one look. */
struct memory_look {
    const struct memory_maps *maps;
    struct resident_memory *resident;
    const struct ledger_contents *contents; /* its `memory` and flags are used */
    const struct snapshot *snapshot;        /* NULL: nothing is known of blocks */
    const struct shim_file *shim;
    bool walked; /* the heap was read from outside: its figures are in the record */
};

/* Takes over the figures of a heap that was walked, and claims its memory in `resident`. */
void memory_record_heap(struct process_record *record, const struct glibc_heap *heap, struct resident_memory *resident);

/* Fills in record->memory, and what pins the arenas. Where the heap was not walked yet and it is worth its time, does that: the
 * process must stand still then. */
void memory_record_fill(struct process *process, const struct memory_look *look);

#endif
