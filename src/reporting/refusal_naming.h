/* SPDX-License-Identifier: MIT
 * What the kernel refused to a process, and why its OOM killer ended it, with names for addresses. */
#ifndef LEAKWATCH_REPORTING_REFUSAL_NAMING_H
#define LEAKWATCH_REPORTING_REFUSAL_NAMING_H

#include "model/report_model.h"
#include "records/process_record.h"

struct stack_namer;

/* Fills what a report says of that, for which nothing was filled in so far. */
void refusal_naming_fill(struct report_process *process, const struct process_record *record, struct stack_namer *namer);

#endif
