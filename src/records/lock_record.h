/* SPDX-License-Identifier: MIT
 *
 * What is known of the memory that a process locked, in RAM, by mlock(2) and its like: facts as the tracer saw them. Sizes in
 * bytes. Memory of leakwatch's own in the process is left out, but where its size is given by itself. */
#ifndef LEAKWATCH_RECORDS_LOCK_RECORD_H
#define LEAKWATCH_RECORDS_LOCK_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/known.h"
#include "call_stack.h"
#include "stack_finding.h"

/* How memory came to be locked. */
enum lock_way {
    LOCK_CALL,    /* mlock, mlock2 */
    LOCK_ALL,     /* mlockall with MCL_CURRENT */
    LOCK_FUTURE,  /* it was mapped after mlockall with MCL_FUTURE */
    LOCK_MAPPED,  /* mmap with MAP_LOCKED */
    LOCK_GROWN,   /* a locked stack that grew */
    LOCK_SECRET,  /* memfd_secret(2), which is always locked */
    LOCK_UNKNOWN, /* the kernel has it locked; no call was seen */
    LOCK_WAYS
};

/* What is locked in one way by one call site. */
struct locked_memory {
    enum lock_way way;
    bool on_fault;
    uint64_t bytes, ranges; /* in so many pieces */
    struct call_stack stack;
};

/* A segment of shared memory that the process locked (SHM_LOCK) and nobody unlocked. */
struct locked_segment {
    int id;
    struct known bytes;
    struct call_stack stack;
};

struct lock_sums {
    bool tracked;              /* calls were watched since the program began */
    bool used;                 /* something was locked, or was to be; if not, all of the rest is zero */
    uint64_t calls, failures;  /* that lock memory */
    uint64_t bytes;            /* locked at the last look */
    uint64_t peak_bytes;       /* most at once, by the calls that were seen */
    uint64_t on_fault_bytes;   /* of `bytes`, what is locked when it is first used */
    struct known absent_bytes; /* of `bytes`, what was not in RAM */
    struct known kernel_bytes; /* VmLck, with leakwatch's own */
    uint64_t own_bytes;        /* of VmLck, leakwatch's own */
    struct known limit;        /* RLIMIT_MEMLOCK */
    bool privileged;           /* CAP_IPC_LOCK: the limit does not count */
    bool future;               /* what is mapped will be locked (MCL_FUTURE) */
};

struct lock_record {
    struct lock_sums sums;
    struct locked_memory *memory; /* the largest first */
    size_t memory_count;
    struct locked_segment *segments;
    size_t segment_count;
    struct stack_finding *findings; /* made from the table of checks in src/locks, in its order */
    size_t finding_count;
};

/* Name in JSON, static: "mlock". */
const char *lock_way_name(enum lock_way way);

/* Releases all that the record owns, and makes it empty. */
void lock_record_finish(struct lock_record *record);

#endif
