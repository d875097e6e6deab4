/* SPDX-License-Identifier: MIT
 *
 * From what a leak scan found of untouched memory to what a report says of it. Private to the report builder. */
#ifndef LEAKWATCH_REPORTING_COLD_NAMING_H
#define LEAKWATCH_REPORTING_COLD_NAMING_H

#include "model/cold_report.h"
#include "pointer_naming.h" /* struct site_names */

struct cold_record;
struct leak_result;

/* The call sites are those of the result's records, equal stacks together, those with the most cold bytes first. `result` NULL: no
 * heap was seen. The caller releases it with report_cold_finish(). */
struct report_cold report_cold_make(const struct cold_record *record, const struct leak_result *result,
                                    const struct site_names *sites);

#endif
