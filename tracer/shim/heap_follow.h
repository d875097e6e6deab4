/* SPDX-License-Identifier: MIT
 *
 * Following the heap of a process that was running before: the shim is loaded into it, its hooks are put in, and taken out in the
 * end. Blocks from before are known from a look from outside, which is taken in the same stop as the hooks are put in: from there
 * on nothing is missed. */
#ifndef LEAKWATCH_TRACER_SHIM_HEAP_FOLLOW_H
#define LEAKWATCH_TRACER_SHIM_HEAP_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/maps.h"
#include "tracer/ledger/ledger_reader.h"
#include "tracer/process_table.h"

struct session;
struct heap_follow;

/* Loads the shim into the only process of the session and puts the hooks in; waits until that is done. Returns 0; or -errno, with
 * the reason in result->message, and the process runs on without. */
int heap_follow_begin(struct session *session);
/* Takes NULL. */
void heap_follow_destroy(struct heap_follow *follow);

/* Reads the blocks that are there now: those of before, with no call site, and those of the ledger. Says in the record what could
 * not be seen. Returns whether the blocks are known; the caller releases `contents` with ledger_contents_finish() in all cases. */
bool heap_follow_read(struct session *session, struct process *process, const struct memory_maps *maps, bool with_heap,
                      struct ledger_contents *contents);

/* Whether a report has to wait because the hooks are not in yet; it is asked for again then. */
bool heap_follow_defers_report(struct session *session);

/* When it is to end by itself, on the monotonic clock; UINT64_MAX: never, or it is not under way. */
uint64_t heap_follow_deadline(const struct session *session);
/* It is to end: a last look, then the process is let go. Returns false if nothing is followed. */
bool heap_follow_end(struct session *session);
/* The process stands still, and was looked at: if that was the last time, the hooks are taken out, and it will be let go. */
void heap_follow_looked(struct session *session, struct process *process);
/* It has made this process, which has not run yet: that one is let go, without hooks if it has memory of its own. */
void heap_follow_forked(struct session *session, struct process *child);
/* It runs another program now, which is not followed. */
void heap_follow_exec(struct session *session, struct process *process);

#endif
