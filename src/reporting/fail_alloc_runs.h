/* SPDX-License-Identifier: MIT
 *
 * From the reports of single runs to what --fail-alloc says: which failing allocation led to what. Pure. */
#ifndef LEAKWATCH_REPORTING_FAIL_ALLOC_RUNS_H
#define LEAKWATCH_REPORTING_FAIL_ALLOC_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/fail_alloc.h"

struct fail_alloc_runs;

struct fail_alloc_settings {
    bool each;            /* a run for each of first..last, and one without failures */
    uint64_t first, last; /* last UINT64_MAX: all later ones fail, too */
    unsigned error_kinds; /* bit mask of 1 << enum leak_kind: which kinds of leaks count */
};

/* How one run ended. */
struct fail_alloc_end {
    int wait_status; /* of the program, as wait(2) has it */
    bool timed_out;
};

/* Never NULL. */
struct fail_alloc_runs *fail_alloc_runs_create(const struct fail_alloc_settings *settings);
void fail_alloc_runs_destroy(struct fail_alloc_runs *runs);

/* The run in which no allocation failed. What it leaked is not held against the others. Returns false if its allocations could not
 * be counted, so that none can be made to fail. */
bool fail_alloc_runs_set_baseline(struct fail_alloc_runs *runs, const struct report *report, const struct fail_alloc_end *end);

/* The next run, in which allocation `number` was to fail. Returns false if it is known that none did: there are no more, and the
 * run is not listed. Nothing of `report` is kept. */
bool fail_alloc_runs_add(struct fail_alloc_runs *runs, uint64_t number, const struct report *report,
                         const struct fail_alloc_end *end);

/* The only run, where all failures were made in one. Its leaks and errors are those of the report that it goes with. Returns what
 * fail_alloc_runs_finish() is to be told. */
enum fail_stop fail_alloc_runs_set_only(struct fail_alloc_runs *runs, const struct report *report,
                                        const struct fail_alloc_end *end);

/* Sums up. The result is the caller's, for report.fail_alloc; the runs are used up. */
struct fail_alloc *fail_alloc_runs_finish(struct fail_alloc_runs *runs, enum fail_stop stopped);

/* Makes `fail_alloc` a part of the report (which owns it from now on): its errors are errors of the report, and tell in the
 * verdict. */
void fail_alloc_attach(struct report *report, struct fail_alloc *fail_alloc);

#endif
