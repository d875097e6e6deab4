/* SPDX-License-Identifier: MIT
 *
 * What one report finds and another does not: findings matched by their fingerprints, over all processes. Pure. */
#ifndef LEAKWATCH_MODEL_REPORT_DIFF_H
#define LEAKWATCH_MODEL_REPORT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "fingerprint.h"
#include "report_model.h"

/* A finding is one of severity error of checks that know where: of locks, real time, failed calls and the OOM killer. */
enum diff_subject { DIFF_LEAK, DIFF_ERROR, DIFF_FINDING, DIFF_THRESHOLD, DIFF_DESCRIPTOR, DIFF_MAPPING, DIFF_SUBJECTS };

/* From bad to good. Grown: more blocks, descriptors, mappings or times than before, or more bytes. */
enum diff_change { DIFF_NEW, DIFF_GROWN, DIFF_SHRUNK, DIFF_GONE, DIFF_SAME, DIFF_CHANGES };

struct diff_finding {
    enum diff_subject subject;
    enum diff_change change;
    struct fingerprint fingerprint;
    enum leak_kind kind; /* DIFF_LEAK: the worst of the records */
    const char *what;    /* DIFF_ERROR: "double-free"; DIFF_FINDING: "rt.pagefault"; DIFF_THRESHOLD: "live"; lent */
    struct leak_amount before,
        after; /* sums; `blocks`: of leaks, with what hangs below; descriptors; mappings; errors: how often; others: how many */
    const struct report_stack *stack; /* lent by the later of the reports that has it */
};

struct report_diff {
    struct diff_finding *findings; /* by change, subject, and bytes and blocks that make the difference, the most first; owned */
    size_t count;
    size_t changes[DIFF_SUBJECTS][DIFF_CHANGES]; /* how many findings */
};

/* Compares. `kinds` is a bit mask of 1 << enum leak_kind: which leaks count. Of descriptors those that the program opened itself
 * count, and not the standard streams. Both reports must outlive the result, which report_diff_finish() releases. */
void report_diff_make(const struct report *before, const struct report *after, unsigned kinds, struct report_diff *diff);
void report_diff_finish(struct report_diff *diff);

/* All findings of this change. */
size_t report_diff_count(const struct report_diff *diff, enum diff_change change);
/* Something is new or has grown. */
bool report_diff_is_worse(const struct report_diff *diff);

/* Names in JSON, static: "leak", "grown". */
const char *diff_subject_name(enum diff_subject subject);
const char *diff_change_name(enum diff_change change);

#endif
