/* SPDX-License-Identifier: MIT
 * Calls for memory that failed, in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_REFUSED_H
#define LEAKWATCH_REPORT_JSON_JSON_REFUSED_H

#include "json_parts.h"

/* One more member of a process, if calls failed. */
void json_refused(struct json_writer *writer, const struct report_process *process);

#endif
