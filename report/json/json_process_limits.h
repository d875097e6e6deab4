/* SPDX-License-Identifier: MIT
 * What was found of the limits of a process, and its time line, in JSON. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_PROCESS_LIMITS_H
#define LEAKWATCH_REPORT_JSON_JSON_PROCESS_LIMITS_H

#include "json_parts.h"

/* The members "limits" and "timeline". */
void json_process_limits(struct json_writer *writer, const struct report_process *process);

#endif
