/* SPDX-License-Identifier: MIT
 *
 * The leaks of one process as a report lists them: equal stacks merged, in the order of the report. */
#ifndef LEAKWATCH_REPORTING_LEAK_LIST_H
#define LEAKWATCH_REPORTING_LEAK_LIST_H

#include <stddef.h>

#include "base/hash_table.h"
#include "model/report_model.h"

struct leak_list {     /* all zero is an empty list */
    size_t resolution; /* stacks that are the same in so many innermost frames are the same; 0: in all */
    struct report_leak *leaks;
    size_t count, capacity;
    struct hash_table merged; /* entries are indices, plus 1 */
};

/* Adds the blocks of one record, whose stack has been named by a stack_namer. Of its examples at most so many are taken over that
 * the leak has `examples`; their bytes are still to be read. */
void leak_list_add(struct leak_list *list, const struct leak_record *record, const struct report_stack *stack, size_t examples);
/* Ends the adding; sorts: kinds in their order, then what loses most first. The leaks are the caller's. */
void leak_list_finish(struct leak_list *list);

/* "malloc", "new", "new[]" for an enum heap_allocator. */
const char *leak_allocator_name(unsigned allocator);

#endif
