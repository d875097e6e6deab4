/* SPDX-License-Identifier: MIT
 *
 * What a ledger tells, as facts of a process record. */
#ifndef LEAKWATCH_TRACER_LEDGER_HEAP_RECORD_H
#define LEAKWATCH_TRACER_LEDGER_HEAP_RECORD_H

#include "base/maps.h"
#include "records/process_record.h"
#include "ledger_reader.h"

/* Takes the facts of an earlier look out of the record again. */
void heap_record_clear(struct process_record *record);
/* Fills in counts, faults, mappings, and what limits their truth. */
void heap_record_fill(struct process_record *record, const struct ledger_contents *contents, const struct memory_maps *maps);

#endif
