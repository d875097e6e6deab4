/* SPDX-License-Identifier: MIT
 *
 * From the answers of the heap analysis to those of a report: names for places and blocks. Private to the report builder. */
#ifndef LEAKWATCH_REPORTING_POINTER_NAMING_H
#define LEAKWATCH_REPORTING_POINTER_NAMING_H

#include "model/pointer_report.h"

struct leak_result;
struct object_namer;

/* Names for call sites and groups. */
struct site_names {
    const struct report_stack *(*stack)(void *context, uint32_t site);
    void *context;
};

/* Names the answers of a leak scan: result->answer_count of them. The caller releases the array with pointer_reports_finish(). */
struct report_pointers *pointer_reports_create(const struct leak_result *result, const struct object_namer *objects,
                                               const struct site_names *sites);

#endif
