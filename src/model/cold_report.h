/* SPDX-License-Identifier: MIT
 *
 * Memory that nobody touches, and pages with equal contents, as a report says it. Part of the report model. */
#ifndef LEAKWATCH_MODEL_COLD_REPORT_H
#define LEAKWATCH_MODEL_COLD_REPORT_H

#include "report_model.h"

/* Blocks of one kind and one call site. */
struct report_cold_site {
    enum leak_kind kind;
    const char *allocator;     /* static */
    struct leak_amount amount; /* bytes: of these blocks, what takes memory */
    struct report_stack stack;
};

/* Releases what it owns, not the struct itself. */
void report_cold_finish(struct report_cold *cold);
void report_duplicates_finish(struct report_duplicates *duplicates);

#endif
