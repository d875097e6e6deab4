/* SPDX-License-Identifier: MIT
 * Locked memory in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_LOCKS_H
#define LEAKWATCH_REPORT_JSON_JSON_LOCKS_H

#include "json_parts.h"

/* One more member: "locks". */
void json_locks(struct json_writer *writer, const struct report_locks *locks);

#endif
