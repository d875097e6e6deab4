/* SPDX-License-Identifier: MIT
 *
 * What is known of the locked memory of a process at one moment: what its calls make of it, what the kernel says, and what the
 * ledger knows of the blocks in it. Part of lock_look.h. */
#ifndef LEAKWATCH_TRACER_LOCKS_LOCK_FACTS_H
#define LEAKWATCH_TRACER_LOCKS_LOCK_FACTS_H

#include <stdbool.h>

#include "limits/kernel_files.h"
#include "limits/look.h"
#include "locks/lock_checks.h"

struct ledger_contents;
struct process;
struct session;

/* Begun with the first three members, and look.replay; the rest zero. */
struct lock_facts {
    struct session *session;
    struct process *process;
    const struct ledger_contents *contents; /* NULL: there is no ledger */
    struct kernel_files files;
    struct process_look kernel;
    struct lock_pieces pieces;
    struct lock_freed *freed;
    size_t freed_count, freed_capacity;
    struct lock_segment *segments;
    size_t segment_count, segment_capacity;
    struct lock_death death;
    uint64_t own_bytes; /* of what is locked, leakwatch's own */
    struct lock_look look;
};

/* Whether there is anything to collect. */
bool lock_facts_exist(const struct session *session, const struct process *process);
/* Fills in the rest; the process stands still. */
void lock_facts_collect(struct lock_facts *facts);
void lock_facts_finish(struct lock_facts *facts);

#endif
