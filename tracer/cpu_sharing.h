/* SPDX-License-Identifier: MIT
 *
 * One processor for the tracer and its only tracee. While every system call stops a tracee, the two never run at the same time, but
 * the kernel likes to wake each on a processor of its own, and the other has to be woken for each stop: measured, 70 us a call
 * instead of 15 on a virtual machine. So both are kept on one processor as long as there is a single tracee.
 *
 * The program must not notice. It has its own affinity back whenever it could be seen or handed on: before calls that ask for it,
 * change it, or make a task. (What remains visible is Cpus_allowed in /proc/self/status.) */
#ifndef LEAKWATCH_TRACER_CPU_SHARING_H
#define LEAKWATCH_TRACER_CPU_SHARING_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cpu_sharing {
    bool enabled; /* set by the owner; the rest is ours */
    pid_t guest;  /* the tracee that shares our processor; 0: none */
    cpu_set_t own, guests, shared;
    unsigned stops; /* since they came together */
};

/* The only tracee stands at the exit of a system call: brings it and us together, unless they are. From time to time parts them for
 * a moment, so that the scheduler can choose a better processor. */
void cpu_sharing_join(struct cpu_sharing *sharing, pid_t tid);
/* It stands at the entry of this call (its number and the effects of its row): parts them if the call could tell, or hand it on. */
void cpu_sharing_before_call(struct cpu_sharing *sharing, uint64_t number, uint32_t effects);
/* Gives both their affinity back. */
void cpu_sharing_part(struct cpu_sharing *sharing);

#endif
