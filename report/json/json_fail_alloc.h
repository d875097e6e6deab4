/* SPDX-License-Identifier: MIT
 * The member `fail_alloc` of the JSON report. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_FAIL_ALLOC_H
#define LEAKWATCH_REPORT_JSON_JSON_FAIL_ALLOC_H

#include "model/fail_alloc.h"
#include "json_parts.h"

/* The member with a comma behind it; nothing if `fail_alloc` is NULL. */
void json_fail_alloc(struct json_writer *writer, const struct fail_alloc *fail_alloc);

#endif
