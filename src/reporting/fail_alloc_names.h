/* SPDX-License-Identifier: MIT
 *
 * Stacks of several runs, made comparable: the loader puts modules elsewhere each time, and each report has frames of its own.
 * Private to fail_alloc_runs. */
#ifndef LEAKWATCH_REPORTING_FAIL_ALLOC_NAMES_H
#define LEAKWATCH_REPORTING_FAIL_ALLOC_NAMES_H

#include "base/hash_table.h"
#include "model/report_model.h"

struct fail_alloc_names { /* all zero but for `names` is empty */
    struct report_names *names;
    struct hash_table frames, stacks;
};

/* The copy of this stack that stands for all that are equal: same modules, functions and places in them. Equal stacks have equal
 * `frames` pointers (NULL: no frames). Lives as long as names->names. */
struct report_stack fail_alloc_names_stack(struct fail_alloc_names *names, const struct report_stack *stack);
/* Releases the tables, not the names. */
void fail_alloc_names_finish(struct fail_alloc_names *names);

#endif
