/* SPDX-License-Identifier: MIT
 *
 * The memory of a process as it is at one moment, held by a child that never runs: the kernel copies page tables, not pages. */
#ifndef LEAKWATCH_TRACER_LOOKS_MEMORY_FORK_H
#define LEAKWATCH_TRACER_LOOKS_MEMORY_FORK_H

#include <sys/types.h>

#include "base/address_range.h"
#include "base/maps.h"
#include "base/memory_view.h"
#include "tracer/kernel/tracee_memory.h"
#include "tracer/process_table.h"

struct session;

struct memory_fork {
    pid_t pid;                    /* of the child; 0: there is none */
    struct tracee_memory memory;  /* of it */
    struct memory_view live;      /* of the process */
    struct address_range *shared; /* mappings whose page tables fork does not copy: the process's own tell which pages hold data */
    size_t shared_count;
};

/* Makes the child of a process that is held (FREEZE_HOLD). A thread of the process is borrowed for it: something is written to its
 * stack, below what is in use. The child is none that the process could wait for, gets no signal and sends none, and ends with us,
 * whatever becomes of us. `live` must outlive it. Returns 0; or -errno and stores why, in words, in `*problem`, owned by the
 * caller; the process may be gone then. */
int memory_fork_make(struct session *session, struct process *process, const struct memory_maps *maps, struct memory_fork *fork,
                     char **problem);
/* `fork` must outlive the view. What the process has excluded by MADV_DONTFORK cannot be read. */
struct memory_view memory_fork_view(struct memory_fork *fork);
/* Ends the child, if there is one. */
void memory_fork_finish(struct memory_fork *fork);

#endif
