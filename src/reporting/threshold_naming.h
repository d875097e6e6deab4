/* SPDX-License-Identifier: MIT
 * Crossed thresholds and limits that were near, with names for addresses. */
#ifndef LEAKWATCH_REPORTING_THRESHOLD_NAMING_H
#define LEAKWATCH_REPORTING_THRESHOLD_NAMING_H

#include "model/report_model.h"

struct stack_namer;

/* Both are released with the function of report_model.h for them. */
struct report_threshold threshold_naming_crossing(const struct threshold_crossing *crossing, struct stack_namer *namer);
struct report_limit_warning threshold_naming_warning(const struct limit_warning *warning, struct stack_namer *namer);

/* Fills what a report says of thresholds, limits and the time line of a process, for which nothing was filled in so far. */
void threshold_naming_fill(struct report_process *process, const struct process_record *record, struct stack_namer *namer);

#endif
