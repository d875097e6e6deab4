/* SPDX-License-Identifier: MIT
 *
 * What an audit of real time (--audit=rt) has to say of a process: facts as the tracer saw them. */
#ifndef LEAKWATCH_RECORDS_REALTIME_RECORD_H
#define LEAKWATCH_RECORDS_REALTIME_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/known.h"
#include "stack_finding.h"

/* What the real-time part of a process began with. */
enum realtime_start {
    REALTIME_NOT_BEGUN,
    REALTIME_BY_POLICY, /* its first thread of a real-time policy */
    REALTIME_BY_CALL,   /* --rt-from: a system call, */
    REALTIME_BY_SIGNAL, /* a signal, */
    REALTIME_BY_MARKER, /* leakwatch_rt_begin() */
    REALTIME_STARTS
};

/* What it is to begin with. */
struct realtime_from {
    enum realtime_start start; /* REALTIME_NOT_BEGUN: as REALTIME_BY_POLICY */
    unsigned call;             /* of REALTIME_BY_CALL: its number */
    int signal;                /* of REALTIME_BY_SIGNAL */
};

struct realtime_sums {
    bool audited; /* if not, all of the rest is zero */
    enum realtime_start start;
    const char *start_name; /* of the call or the signal; static; or NULL */
    pid_t started_by;       /* thread */
    uint64_t started_ns;    /* since the session began */
    /* Page faults of real-time threads in the real-time part. Those of leakwatch's own code are left out. */
    struct known minor_faults, major_faults; /* not known: none of its threads could be watched */
    uint64_t placed_faults;                  /* of these, where they happened is known */
    uint64_t own_faults;                     /* that were left out */
    bool without_kernel;                     /* those inside of system calls could not be seen */
    bool by_process_files; /* some could only be counted, in /proc/PID/task/TID/stat, where those that locking makes count, too */
};

struct realtime_thread {
    pid_t tid;
    char *name;
    const char *policy; /* "SCHED_FIFO"; static */
    uint64_t priority;
    char *cpus; /* those that it may run on: "0-3"; "" if not known */
};

struct realtime_record {
    struct realtime_sums sums;
    struct realtime_thread *threads; /* that had a real-time policy at any time */
    size_t thread_count;
    struct stack_finding *findings; /* in the order of the tables of checks */
    size_t finding_count;
};

/* Name in JSON, static: "policy"; NULL of REALTIME_NOT_BEGUN. */
const char *realtime_start_name(enum realtime_start start);

/* Releases all that the record owns, and makes it empty. */
void realtime_record_finish(struct realtime_record *record);

#endif
