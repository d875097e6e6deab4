/* SPDX-License-Identifier: MIT
 * Findings with stacks in the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_FINDINGS_H
#define LEAKWATCH_REPORT_JSON_FINDINGS_H

#include "json_parts.h"

/* One more member, "findings": an array. */
void json_findings(struct json_writer *writer, const struct report_findings *findings);

/* A finding without stacks: of a limit, or of the machine. */
json_t *json_limit_finding(const struct limit_finding *finding);

#endif
