/* SPDX-License-Identifier: MIT */
#include "call_counts.h"

#include <stdlib.h>
#include <string.h>

static void extend(struct call_count *count, uint64_t min_ns, uint64_t max_ns)
{
    if (count->calls == 0 || min_ns < count->min_ns)
        count->min_ns = min_ns;
    if (max_ns > count->max_ns)
        count->max_ns = max_ns;
}

void call_counts_add(struct call_counts *counts, uint64_t number, bool failed, uint64_t time_ns)
{
    if (number >= SYSCALL_TABLE_SIZE)
        return;
    struct call_count *count = &counts->rows[number];
    extend(count, time_ns, time_ns);
    count->number = (unsigned)number;
    count->calls++;
    count->errors += failed;
    count->time_ns += time_ns;
}

uint64_t call_count_average_ns(const struct call_count *count)
{
    return count->calls ? count->time_ns / count->calls : 0;
}

struct call_count call_counts_total(const struct call_counts *counts)
{
    struct call_count total = {0};

    for (size_t i = 0; i < SYSCALL_TABLE_SIZE; i++) {
        const struct call_count *count = &counts->rows[i];
        if (count->calls == 0)
            continue;
        extend(&total, count->min_ns, count->max_ns);
        total.calls += count->calls;
        total.errors += count->errors;
        total.time_ns += count->time_ns;
    }
    return total;
}

/* ---- Order ----------------------------------------------------------------------------------------------------------------- */

static uint64_t key(const struct call_count *count, enum summary_column column)
{
    switch (column) {
    case SUMMARY_TIME_PERCENT:
    case SUMMARY_TOTAL_TIME:
        return count->time_ns;
    case SUMMARY_MIN_TIME:
        return count->min_ns;
    case SUMMARY_MAX_TIME:
        return count->max_ns;
    case SUMMARY_AVG_TIME:
        return call_count_average_ns(count);
    case SUMMARY_CALLS:
        return count->calls;
    case SUMMARY_ERRORS:
        return count->errors;
    default:
        return 0;
    }
}

static const char *name_of(const struct call_count *count)
{
    const struct syscall_row *row = syscall_table_row(count->number);

    return row ? row->name : "";
}

static int compare(const void *a, const void *b, void *context)
{
    const struct call_count *first = *(const struct call_count *const *)a, *second = *(const struct call_count *const *)b;
    const enum summary_column column = *(const enum summary_column *)context;

    if (column == SUMMARY_NAME)
        return strcmp(name_of(first), name_of(second));
    const uint64_t first_key = key(first, column), second_key = key(second, column);
    if (first_key != second_key)
        return first_key < second_key ? 1 : -1;
    return first->number < second->number ? -1 : first->number > second->number;
}

size_t call_counts_sort(const struct call_counts *counts, enum summary_column column,
                        const struct call_count *rows[SYSCALL_TABLE_SIZE])
{
    size_t count = 0;

    for (size_t i = 0; i < SYSCALL_TABLE_SIZE; i++)
        if (counts->rows[i].calls > 0)
            rows[count++] = &counts->rows[i];
    qsort_r(rows, count, sizeof *rows, compare, &column);
    return count;
}
