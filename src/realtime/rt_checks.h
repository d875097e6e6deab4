/* SPDX-License-Identifier: MIT
 *
 * Checks of a program that is to keep time: what it did in its real-time part. The table is rt_checks.def. Pure. */
#ifndef LEAKWATCH_REALTIME_RT_CHECKS_H
#define LEAKWATCH_REALTIME_RT_CHECKS_H

#include "records/site_finding.h"
#include "realtime_facts.h"

struct rt_check_row;
/* Adds what it finds to `list`. */
typedef void rt_check_function(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list);

struct rt_check_row {
    const char *id;
    rt_check_function *check;
    const char *meaning, *formula, *remedy;
};

extern const struct rt_check_row rt_check_table[];
extern const size_t rt_check_count;

/* Makes all checks, in the order of the table. The caller releases the list with site_finding_list_finish(). */
void rt_checks_run(const struct realtime_facts *facts, struct site_finding_list *list);

/* ---- For checks ---- */

/* As site_finding_add(), with the texts of the row; takes over both others. */
struct site_finding *rt_check_report(struct site_finding_list *list, const struct rt_check_row *row, enum finding_severity severity,
                                     char *what, char *numbers);

rt_check_function rt_check_locking, rt_check_faults, rt_check_major_faults, rt_check_stack, rt_check_thread_stacks, rt_check_forks;
rt_check_function rt_check_memory_calls, rt_check_trims, rt_check_sleeps, rt_check_locks, rt_check_files;

#endif
