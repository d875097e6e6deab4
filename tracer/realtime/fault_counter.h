/* SPDX-License-Identifier: MIT
 *
 * The page faults of one thread, as the kernel reports each (perf_event_open(2), PERF_COUNT_SW_PAGE_FAULTS_MIN and _MAJ). Unlike
 * the counts of getrusage(2), these are without the pages that mlock(2) and MAP_POPULATE bring in (mm/memory.c,
 * mm_account_fault()). One for each thread, not one for each processor with all threads: the tracer knows when a thread begins and
 * which ones matter, and faults of others neither cost anything nor push those that matter out. */
#ifndef LEAKWATCH_TRACER_REALTIME_FAULT_COUNTER_H
#define LEAKWATCH_TRACER_REALTIME_FAULT_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/memory_view.h"
#include "tracer/unwind/stack_walk.h"

struct fault_counter;

/* One fault. */
struct fault_sample {
    bool major;              /* it waited for a page to be read */
    uint64_t address;        /* that was not there */
    struct walk_place place; /* where the thread was; within a system call, where it made it */
    uint64_t stack_size;     /* so much of its stack is known, from place.sp up */
    const unsigned char *stack;
};

/* Begins to count the faults of a thread. Returns NULL, and -errno in `*error`, if the kernel does not allow it. */
struct fault_counter *fault_counter_open(pid_t tid, int *error);
/* NULL: nothing happens. */
void fault_counter_close(struct fault_counter *counter);

/* Whether faults inside of system calls are counted: without the right to it (kernel.perf_event_paranoid) they are not. */
bool fault_counter_sees_kernel(const struct fault_counter *counter);

/* How many there have been, exact. */
void fault_counter_read(const struct fault_counter *counter, uint64_t *minor, uint64_t *major);

/* Hands over each fault that was not yet, in order; the sample is lent. Of very many at once (about 30) only the first are known.
 */
void fault_counter_take(struct fault_counter *counter, void (*seen)(void *context, const struct fault_sample *sample),
                        void *context);

/* The stack of a sample, which must outlive the view. */
struct memory_view fault_sample_view(const struct fault_sample *sample);

#endif
