/* SPDX-License-Identifier: MIT
 *
 * How often each system call was made, how often it failed, and how long it took. */
#ifndef LEAKWATCH_CALLS_CALL_COUNTS_H
#define LEAKWATCH_CALLS_CALL_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/syscall_table.h"

/* The columns of a table of them, and what it can be sorted by. */
enum summary_column {
    SUMMARY_TIME_PERCENT,
    SUMMARY_TOTAL_TIME,
    SUMMARY_MIN_TIME,
    SUMMARY_MAX_TIME,
    SUMMARY_AVG_TIME,
    SUMMARY_CALLS,
    SUMMARY_ERRORS,
    SUMMARY_NAME,
    SUMMARY_COLUMNS,
    SUMMARY_UNSORTED = SUMMARY_COLUMNS, /* by number */
};

struct call_count {
    unsigned number;
    uint64_t calls, errors;
    uint64_t time_ns, min_ns, max_ns; /* of all calls, the shortest, the longest; min_ns 0 without any */
};

/* All zero: nothing was counted. Calls from SYSCALL_TABLE_SIZE on are not. */
struct call_counts {
    struct call_count rows[SYSCALL_TABLE_SIZE];
};

void call_counts_add(struct call_counts *counts, uint64_t number, bool failed, uint64_t time_ns);
/* The rows of calls that were made, sorted: names upwards, numbers downwards; what is equal, by number. Returns how many there are.
 */
size_t call_counts_sort(const struct call_counts *counts, enum summary_column column,
                        const struct call_count *rows[SYSCALL_TABLE_SIZE]);
struct call_count call_counts_total(const struct call_counts *counts);
/* The average of a row; 0 without calls. */
uint64_t call_count_average_ns(const struct call_count *count);

#endif
