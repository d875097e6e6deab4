/* SPDX-License-Identifier: MIT
 * Crossed thresholds in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_THRESHOLDS_H
#define LEAKWATCH_REPORT_JSON_JSON_THRESHOLDS_H

#include "json_parts.h"

/* One more member of a process: `thresholds`, an array, empty where there were none. */
void json_thresholds(struct json_writer *writer, const struct report_process *process);
/* One more member, `sites`: the call sites with most live bytes. */
void json_threshold_sites(struct json_writer *writer, const struct report_threshold *threshold);

#endif
