/* SPDX-License-Identifier: MIT
 * Findings with stacks in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_FINDINGS_H
#define LEAKWATCH_REPORT_JSON_JSON_FINDINGS_H

#include "json_parts.h"

/* One more member, "findings": an array. */
void json_findings(struct json_writer *writer, const struct report_findings *findings);

#endif
