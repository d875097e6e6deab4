/* SPDX-License-Identifier: MIT
 * Locked memory and audits of real time, and what was found of them, with names for addresses. */
#ifndef LEAKWATCH_REPORTING_FINDING_NAMING_H
#define LEAKWATCH_REPORTING_FINDING_NAMING_H

#include "model/report_model.h"
#include "records/process_record.h"

struct stack_namer;

/* Fills what a report says of them, for which nothing was filled in so far. */
void finding_naming_fill(struct report_process *process, const struct process_record *record, struct stack_namer *namer);

#endif
