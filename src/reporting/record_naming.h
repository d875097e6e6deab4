/* SPDX-License-Identifier: MIT
 *
 * What the record of a process says, as a report has it: with names for addresses. All but leaks. */
#ifndef LEAKWATCH_REPORTING_RECORD_NAMING_H
#define LEAKWATCH_REPORTING_RECORD_NAMING_H

#include "model/report_model.h"

struct process_record;
struct report_names;
struct stack_namer;

/* Makes `process`, whatever was there, which is not released. Frames and the names of contents go into `names`, of which `namer`
 * is. */
void record_naming_fill(struct report_process *process, const struct process_record *record, struct report_names *names,
                        struct stack_namer *namer);

#endif
