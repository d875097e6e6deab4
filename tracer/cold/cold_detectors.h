/* SPDX-License-Identifier: MIT
 *
 * What the kernel offers to tell which pages of a process were touched since a moment: a mark. */
#ifndef LEAKWATCH_TRACER_COLD_COLD_DETECTORS_H
#define LEAKWATCH_TRACER_COLD_COLD_DETECTORS_H

#include <stdbool.h>

#include "base/maps.h"
#include "records/cold_record.h"
#include "tracer/process_table.h"

struct session;
struct tracee_memory;

struct cold_detector_row {
    bool marks_running; /* a mark needs no standstill: nothing is missed between looking and marking */
    bool disturbed;     /* what we read ourselves counts as touched */
    /* Whether the kernel has it, and the process can be watched by it. The process is held (FREEZE_HOLD), and may be gone
     * afterwards. Returns a descriptor for the other functions; or -errno and stores why, a clause, in `*problem`, owned by the
     * caller. */
    int (*open)(struct session *session, struct process *process, char **problem);
    /* Makes a mark. `untouched` (may be NULL): gets the pages that were not touched since the last one. Returns 0 or -errno. */
    int (*mark)(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct page_runs *untouched);
    /* Looks without a mark. Returns 0 or -errno. */
    int (*look)(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct cold_pages *pages);
};

/* By enum cold_detector. */
extern const struct cold_detector_row cold_detectors[COLD_DETECTORS];

/* Whether blocks may lie in a mapping: it is anonymous and private, can be written to, and is not the stack of the first thread. */
bool cold_detectors_cover(const struct memory_map *map);

#endif
