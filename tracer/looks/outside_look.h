/* SPDX-License-Identifier: MIT
 *
 * A look at a process that was there before us. It stands still only as long as its memory is copied; a moment at which a thread is
 * changing the heap is passed over. */
#ifndef LEAKWATCH_TRACER_LOOKS_OUTSIDE_LOOK_H
#define LEAKWATCH_TRACER_LOOKS_OUTSIDE_LOOK_H

#include <stdbool.h>

#include "base/maps.h"
#include "base/page_runs.h"
#include "heap/snapshot.h"
#include "records/memory_usage.h"
#include "tracer/ledger/ledger_reader.h"
#include "tracer/process_table.h"
#include "memory_copy.h"
#include "memory_fork.h"
#include "outside_stacks.h"

struct session;

/* Of a session that looks from outside. */
struct outside_looks {
    bool copies;              /* there is memory for a copy; else the process stands still until all is done */
    struct memory_copy copy;  /* of the last look */
    struct memory_fork fork;  /* for this look */
    struct page_runs guarded; /* memory whose missing pages the process brings itself */
    char *fork_problem;       /* why there is none although it was asked for; owned */
    unsigned taken, copied;   /* looks, and copies made */
    bool again;               /* the last copy showed a heap in the middle of a change: hold of the process is to be taken again */
    uint64_t still_since_ns;  /* when the process was asked to stop, since hold of it was taken */
};

struct outside_look {
    const struct memory_maps *maps;   /* none: they could not be read */
    struct snapshot *snapshot;        /* to be begun, of the process as it stood */
    struct resident_memory *resident; /* to be read */
    struct ledger_contents *contents; /* to be filled with the blocks */
    bool has_heap;                    /* the blocks are known */
    struct outside_stacks stacks;
    struct memory_fork *fork; /* ended with the look; NULL: none was made */
};

/* Before the process is stopped: notes what of its memory must not be waited for. Part of outside_looks_prepare(). */
void outside_looks_guard(struct outside_looks *looks, pid_t pid);

/* Before the process is stopped: has ready what would take long then. */
void outside_looks_prepare(struct session *session, pid_t pid);
void outside_looks_finish(struct outside_looks *looks);
/* Hold of the process has been taken, and nothing else done: if a fork is to be looked at, makes it, at a moment at which no thread
 * is changing the heap. Returns whether there is one: then the process stands still. */
bool outside_looks_fork(struct session *session);

/* Looks at a process that stands still, and lets it run on as early as can be. Says in the record what could not be seen. Returns
 * false if the look is to be taken again, which has been seen to. In all cases the caller releases maps, snapshot and contents, and
 * `look` with outside_look_finish(). */
bool outside_look_take(struct session *session, struct process *process, struct outside_look *look);
/* Lets the process run on for good, if that has not been done. */
void outside_look_let_go(struct session *session, struct process *process);
/* Of such a look only the stacks of threads, where the blocks are known in another way; the snapshot was begun. */
void outside_look_stacks(struct outside_look *look, struct process *process);
/* Adds to the completed snapshot what a ledger would have told: groups of blocks, and what threads hold. */
void outside_look_complete(struct outside_look *look);
void outside_look_finish(struct outside_look *look);

#endif
