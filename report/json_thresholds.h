/* SPDX-License-Identifier: MIT
 * Crossed thresholds in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_THRESHOLDS_H
#define LEAKWATCH_REPORT_JSON_THRESHOLDS_H

#include "json_parts.h"

/* One more member of a process: an array, empty where none was crossed. */
void json_thresholds(struct json_writer *writer, const struct report_process *process);

#endif
