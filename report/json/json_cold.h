/* SPDX-License-Identifier: MIT
 * Memory that nobody touches, and pages with equal contents, in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_COLD_H
#define LEAKWATCH_REPORT_JSON_JSON_COLD_H

#include "json_parts.h"

/* One more member of a process, or none where it was not asked for. */
void json_cold(struct json_writer *writer, const struct report_process *process);
void json_duplicates(struct json_writer *writer, const struct report_process *process);

#endif
