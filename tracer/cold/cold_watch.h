/* SPDX-License-Identifier: MIT
 *
 * Which pages of an address space nobody touches: marks, and what was not touched between them. */
#ifndef LEAKWATCH_TRACER_COLD_COLD_WATCH_H
#define LEAKWATCH_TRACER_COLD_COLD_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/maps.h"
#include "records/cold_record.h"
#include "tracer/process_table.h"

struct session;
struct tracee_memory;

/* Pages that were not touched over some time. */
struct cold_span {
    bool known;
    struct page_runs untouched;
};

struct cold_watch {
    bool chosen; /* a detector was sought; none: `problem` says why */
    enum cold_detector detector;
    int descriptor; /* for it; -1 */
    char *problem, *rejected;
    bool line_wanted;              /* the program draws a line: the next mark */
    bool by_program;               /* it has drawn the last one, and draws others itself */
    uint64_t round;                /* of marks of all processes: the last it took part in */
    uint64_t marked_ns, before_ns; /* monotonic clock: the last mark, the one before it; 0: there is none */
    struct cold_span before;       /* between these two */
    struct cold_span since;        /* since the last one, up to where what we read ourselves spoilt it */
};

/* Never NULL. */
struct cold_watch *cold_watch_create(void);
/* Takes NULL. What the detector has done to the process ends. */
void cold_watch_destroy(struct cold_watch *watch);

/* Chooses the best detector that works, or `wanted` (COLD_DETECTORS: whichever). The process is held (FREEZE_HOLD), and may be gone
 * afterwards; `watch` must not depend on it. */
void cold_watch_choose(struct cold_watch *watch, struct session *session, struct process *process, enum cold_detector wanted);

/* Whether a mark can be made now without a standstill. */
bool cold_watch_marks_running(const struct cold_watch *watch);
/* Makes a mark, at `now_ns`; if the program wants it as a line, what was before does not matter. What goes wrong becomes
 * watch->problem. */
void cold_watch_mark(struct cold_watch *watch, struct tracee_memory *memory, const struct memory_maps *maps, uint64_t now_ns);

/* Looks what was not touched for at least `time_ns`, as far as marks go back; fills `record`, which is empty. The process stands
 * still, and nothing of its memory was read for this look. */
void cold_watch_look(struct cold_watch *watch, struct tracee_memory *memory, const struct memory_maps *maps, uint64_t now_ns,
                     uint64_t time_ns, struct cold_record *record);
/* Memory was read for that look, and the process is about to run on. */
void cold_watch_looked(struct cold_watch *watch, struct tracee_memory *memory, const struct memory_maps *maps);

#endif
