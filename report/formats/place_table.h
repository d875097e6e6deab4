/* SPDX-License-Identifier: MIT
 *
 * Places in stacks, and a number for each that the caller chooses. A million records share a few thousand frames, which can be told
 * apart by their addresses here: what a format makes of a place need be made only once. All zero is an empty table. Private to
 * report/. */
#ifndef LEAKWATCH_REPORT_FORMATS_PLACE_TABLE_H
#define LEAKWATCH_REPORT_FORMATS_PLACE_TABLE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/hash_table.h"
#include "model/report_model.h"

/* Frames that belong together, innermost first; lent by the report. */
struct place {
    const struct report_frame *const *frames;
    size_t count;
};

/* A function, and what is inlined there: the place that begins with frame `first` of the stack, which is there. */
struct place place_from(const struct report_stack *stack, size_t first);
/* The same from the other side: the place that ends before frame `end`, at least 1. */
struct place place_before(const struct report_stack *stack, size_t end);

struct place_table {
    struct hash_table entries;
    struct arena memory;
};

/* Where the number of this place is kept: 0 until the caller has set it. Valid until the table is finished. */
size_t *place_table_number(struct place_table *table, struct place place);
void place_table_finish(struct place_table *table);

#endif
