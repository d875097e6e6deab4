/* SPDX-License-Identifier: MIT
 * Calls for memory that failed, of a saved report. */
#include "read_parts.h"

static const struct json_field limit_fields[] = {
    JSON_LABEL("name", struct refusing_limit, name),
    JSON_VALUE("where", struct refusing_limit, where),
    JSON_WORD("unit", struct refusing_limit, unit, &json_limit_units),
    JSON_VALUE("limit", struct refusing_limit, limit),
    JSON_VALUE("used", struct refusing_limit, used),
    JSON_VALUE("excess", struct refusing_limit, excess),
};
static const struct json_shape limit_shape = JSON_SHAPE(limit_fields, NULL);

static const struct json_field refused_fields[] = {
    JSON_LABEL("id", struct report_refused_call, check),
    JSON_WORD("severity", struct report_refused_call, severity, &json_severities),
    JSON_LABEL("name", struct report_refused_call, call.name),
    JSON_LABEL("error", struct report_refused_call, error),
    JSON_VALUE("bytes", struct report_refused_call, call.bytes),
    JSON_VALUE("count", struct report_refused_call, call.count),
    JSON_VALUE("at_ns", struct report_refused_call, call.at_ns),
    JSON_ARRAY("limits", struct report_refused_call, call.limits, call.limit_count, &limit_shape, REFUSING_LIMITS_MAX),
    JSON_STACK("stack", struct report_refused_call, stack),
};
const struct json_shape json_refused_shape = JSON_SHAPE(refused_fields, NULL);
