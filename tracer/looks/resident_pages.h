/* SPDX-License-Identifier: MIT
 *
 * What the kernel tells of the resident memory of a process. */
#ifndef LEAKWATCH_TRACER_LOOKS_RESIDENT_PAGES_H
#define LEAKWATCH_TRACER_LOOKS_RESIDENT_PAGES_H

#include "records/memory_usage.h"
#include "tracer/kernel/tracee_memory.h"

/* Reads sums and pages, and where libraries have their data. The process must stand still; nothing of it is needed afterwards.
 * Takes about 3 ms for each GiB that is resident. Returns 0 or -errno; `resident` says "not known" after an error. The caller
 * releases it with resident_memory_finish() in all cases. */
int resident_pages_read(struct tracee_memory *memory, const struct memory_maps *maps, struct resident_memory *resident);

#endif
