/* SPDX-License-Identifier: MIT
 *
 * What the kernel says of locked memory at one moment, where the arguments of a call do not tell enough. All of it is rare. */
#ifndef LEAKWATCH_TRACER_LOCKS_LOCK_KERNEL_H
#define LEAKWATCH_TRACER_LOCKS_LOCK_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "locks/lock_failure.h"
#include "locks/lock_set.h"

struct memory_maps;
struct process;
struct session;
struct ledger_contents;

/* Completes what is known of a call that has just failed. */
void lock_kernel_explain(struct session *session, struct process *process, struct lock_failure *failure);

/* All that is locked, but for leakwatch's own, as an empty set is given; and whether the process has CAP_IPC_LOCK. */
void lock_kernel_list(struct session *session, struct process *process, struct lock_set *ranges, bool *privileged);

/* Adds the parts of [start, end) that are mapped to `ranges`. */
void lock_kernel_mapped(const struct process *process, uint64_t start, uint64_t end, struct lock_set *ranges);
/* Where the locked, or mapped, memory ends that the address is in and that has no gap; the address itself if it is in none. */
uint64_t lock_kernel_locked_until(const struct process *process, uint64_t address);
uint64_t lock_kernel_mapped_until(const struct process *process, uint64_t address);
/* The end of the mapping that the address is in, the address itself if there is none; the start of the first behind it. */
uint64_t lock_kernel_mapping_end(const struct process *process, uint64_t address);
uint64_t lock_kernel_next_mapping(const struct process *process, uint64_t address);

/* Adds to `own` what leakwatch has in the process: the shim, and the ledger. `contents`: of the ledger; NULL: not known. */
void lock_kernel_own(const struct session *session, const struct memory_maps *maps, const struct ledger_contents *contents,
                     struct lock_set *own);

#endif
