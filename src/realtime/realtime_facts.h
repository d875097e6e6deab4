/* SPDX-License-Identifier: MIT
 *
 * What was seen of the real-time part of a process: what checks are made of. Pure; stacks are numbers, as in site_finding.h. */
#ifndef LEAKWATCH_REALTIME_REALTIME_FACTS_H
#define LEAKWATCH_REALTIME_REALTIME_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "records/realtime_record.h"
#include "realtime_call.h"

/* Calls of one kind from one place, by real-time threads. */
struct realtime_call_fact {
    enum realtime_offence offence;
    const char *name;   /* of the system call; static */
    const char *detail; /* as realtime_call_judge() has it; of several, of the first */
    pid_t tid;          /* likewise */
    uint32_t site;
    uint64_t count;
};

/* Page faults of real-time threads, from one place, in one piece of memory. */
struct realtime_fault_fact {
    bool major;
    uint32_t site;            /* of the instruction */
    char *place;              /* what kind of memory: "[stack]", a file, ...; owned */
    uint64_t address;         /* of the first */
    pid_t tid;                /* likewise */
    uint64_t block;           /* of the heap, that this address is in; 0: none is known */
    uint32_t allocation_site; /* of that block */
    uint64_t count;
};

/* A fork after memory was locked with mlockall(). */
struct realtime_fork_fact {
    uint32_t site;
    pid_t child; /* the first */
    uint64_t count;
};

/* How mlockall() stands. */
struct realtime_locking {
    bool current, future;
};

/* Of each kind so many places are kept. */
enum { REALTIME_FACTS_MAX = 64 };

/* All zero: a program that has just begun. */
struct realtime_facts {
    struct realtime_sums sums; /* but for `placed_faults` */
    uint32_t start_site;
    struct realtime_locking locking, locking_at_start; /* now, and when the real-time part began */
    bool locked_later;                                 /* it was complete at some time since */
    struct known stack_at_start, stack_now;            /* VmStk, bytes, as long as the first thread is looked at */
    uint64_t large_stacks, large_stack_bytes; /* stacks of threads of at least 8 MiB that were locked when they were made */
    struct realtime_call_fact *calls;
    size_t call_count, call_capacity;
    uint64_t calls_dropped;
    struct realtime_fault_fact *faults;
    size_t fault_count, fault_capacity;
    struct realtime_fork_fact *forks;
    size_t fork_count, fork_capacity;
};

void realtime_facts_finish(struct realtime_facts *facts);

/* How the real-time part begins: `sums` are as the caller has set them. */
void realtime_facts_begin(struct realtime_facts *facts, uint32_t site);
/* Whether nothing that matters has happened in the real-time part: a program that has tried whether it may have a policy, and has
 * given it up again, begins anew. */
bool realtime_facts_are_clean(const struct realtime_facts *facts);

/* Whether all that is mapped, and will be, is locked. */
bool realtime_locking_is_complete(struct realtime_locking locking);
/* mlockall() succeeded with these flags (MCL_CURRENT...); or, 0, munlockall(). */
void realtime_facts_lock(struct realtime_facts *facts, uint64_t flags);

/* Adds a call, which counts once, or counts it with an earlier one of the same kind from the same place. */
void realtime_facts_call(struct realtime_facts *facts, const struct realtime_call_fact *call);
/* The same of a fault, of which `place` is copied. What is no longer kept still is among the sums. */
void realtime_facts_fault(struct realtime_facts *facts, const struct realtime_fault_fact *fault);
/* The same of a fork. */
void realtime_facts_fork(struct realtime_facts *facts, const struct realtime_fork_fact *made);

#endif
