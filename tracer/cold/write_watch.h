/* SPDX-License-Identifier: MIT
 *
 * Write protection of a process's pages that the kernel takes away by itself when a page is first written (userfaultfd(2) with
 * UFFD_FEATURE_WP_ASYNC, since Linux 6.7): the process waits for nobody, and no system call fails. Its descriptor is ours alone;
 * when we close it, or are killed, the kernel takes away all protection. */
#ifndef LEAKWATCH_TRACER_COLD_WRITE_WATCH_H
#define LEAKWATCH_TRACER_COLD_WRITE_WATCH_H

#include "base/maps.h"
#include "records/cold_record.h"
#include "tracer/kernel/pagemap.h"
#include "tracer/process_table.h"

struct session;

/* Has the descriptor made by a thread of the process, which is held (FREEZE_HOLD), takes it over, and has it closed there before
 * anybody runs: only a process itself can ask for it. The process may be gone afterwards. Returns the descriptor; or -errno and
 * stores why, a clause, in `*problem`, owned by the caller. */
int write_watch_open(struct session *session, struct process *process, char **problem);

/* Puts what is anonymous, writable and holds data under the descriptor, and protects it. `untouched` (may be NULL): gets the pages
 * that had not been written since the last time. Returns 0 or -errno. */
int write_watch_mark(int descriptor, struct pagemap *pagemap, const struct memory_maps *maps, struct page_runs *untouched);

#endif
