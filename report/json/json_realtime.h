/* SPDX-License-Identifier: MIT
 * An audit of real time in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_REALTIME_H
#define LEAKWATCH_REPORT_JSON_JSON_REALTIME_H

#include "json_parts.h"

/* One more member, "realtime"; none if there was no audit. */
void json_realtime(struct json_writer *writer, const struct report_realtime *realtime);

#endif
