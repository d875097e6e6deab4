/* SPDX-License-Identifier: MIT
 *
 * What became of a program when allocations failed: the part of a report that --fail-alloc asks for. Values only; fail_alloc_runs.h
 * fills them in. */
#ifndef LEAKWATCH_MODEL_FAIL_ALLOC_H
#define LEAKWATCH_MODEL_FAIL_ALLOC_H

#include "report_model.h"

/* From harmless to bad: what a program may do, and from FAIL_LEAK on what it must not. */
enum fail_outcome {
    FAIL_OK,     /* it ended as without a failure */
    FAIL_STATUS, /* it exited with another status */
    FAIL_LEAK,   /* it lost what it does not lose otherwise */
    FAIL_ERROR,  /* it made memory errors that it does not make otherwise */
    FAIL_HANG,   /* it did not end in time */
    FAIL_CRASH,  /* it, or a child, was killed by a signal */
    FAIL_OUTCOMES
};

/* Why there are no more runs. */
enum fail_stop {
    FAIL_STOP_LAST,        /* the last one was made */
    FAIL_STOP_NO_MORE,     /* the program makes no more allocations */
    FAIL_STOP_NOT_SEEN,    /* the allocations of the program could not be counted */
    FAIL_STOP_HANGS,       /* the program does not end in time even without a failure */
    FAIL_STOP_INTERRUPTED, /* the user did not want more */
};

struct fail_run {
    uint64_t number;                 /* of the allocation that was to fail */
    struct report_failures failures; /* of the process in which it did; made == 0: none did */
    enum process_end end;            /* END_EXIT or END_SIGNAL, of the program */
    int status, signal;
    bool core_dumped, oom_killed;
    enum fail_outcome outcome;
    int crash_signal; /* FAIL_CRASH: that killed the program or a child; else 0 */
    bool crash_in_child;
    struct leak_amount total[LEAK_KINDS];
    struct report_leak *leaks; /* what this run lost and the one without failures did not */
    size_t leak_count;
    struct report_error *errors; /* likewise */
    size_t error_count;
};

/* Runs in which the same call failed and the same came of it. */
struct fail_group {
    size_t *runs; /* indices, in ascending order */
    size_t count;
    size_t worst; /* index of the one that lost most */
};

/* In all stacks here frames have the address that their module's file has, not the one of a process. */
struct fail_alloc {
    bool each; /* a range: a run for each number; false: one run, in which `first` to `last` fail */
    uint64_t first, last;
    uint64_t allocations; /* that the program makes, as far as is known: the highest count of one process */
    enum fail_stop stopped;
    struct fail_run *runs; /* in the order of their numbers */
    size_t run_count;
    struct fail_group *groups; /* the worst outcomes first */
    size_t group_count;
    size_t outcomes[FAIL_OUTCOMES]; /* runs of each */
    uint64_t error_count;           /* crashes, hangs, memory errors and leaks of all groups */
    struct report_names *names;     /* of all frames here */
};

/* Releases it. Takes NULL. */
void fail_alloc_destroy(struct fail_alloc *fail_alloc);

#endif
