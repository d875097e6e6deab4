/* SPDX-License-Identifier: MIT
 * Crossed thresholds, limits that were near, and calls for memory that failed, of a saved report. */
#include "read_parts.h"

/* ---- Thresholds ---- */

static const struct json_field site_fields[] = {
    JSON_VALUE("blocks", struct report_threshold_site, blocks),
    JSON_VALUE("bytes", struct report_threshold_site, bytes),
    JSON_STACK("stack", struct report_threshold_site, stack),
};
static const struct json_shape site_shape = JSON_SHAPE(site_fields, NULL);

static const struct json_field threshold_fields[] = {
    JSON_WORD("kind", struct report_threshold, kind, &json_threshold_kinds),
    JSON_VALUE("limit", struct report_threshold, most),
    JSON_VALUE("value", struct report_threshold, value),
    JSON_VALUE("at_ns", struct report_threshold, at_ns),
    JSON_VALUE("at_peak", struct report_threshold, at_peak),
    JSON_LIST("sites", struct report_threshold, sites, site_count, &site_shape),
};
const struct json_shape json_threshold_shape = JSON_SHAPE(threshold_fields, NULL);

static const struct json_field warning_fields[] = {
    JSON_LABEL("name", struct report_limit_warning, name),
    JSON_VALUE("where", struct report_limit_warning, where),
    JSON_WORD("unit", struct report_limit_warning, unit, &json_limit_units),
    JSON_WORD("effect", struct report_limit_warning, effect, &json_limit_effects),
    JSON_VALUE("limit", struct report_limit_warning, at.most),
    JSON_VALUE("used", struct report_limit_warning, at.value),
    JSON_VALUE("left", struct report_limit_warning, left),
    JSON_VALUE("at_ns", struct report_limit_warning, at.at_ns),
    JSON_LIST("sites", struct report_limit_warning, at.sites, at.site_count, &site_shape),
};
const struct json_shape json_warning_shape = JSON_SHAPE(warning_fields, NULL);

/* ---- Calls that failed ---- */

static const struct json_field refusing_fields[] = {
    JSON_LABEL("name", struct refusing_limit, name),     JSON_WORD("unit", struct refusing_limit, unit, &json_limit_units),
    JSON_VALUE("limit", struct refusing_limit, limit),   JSON_VALUE("used", struct refusing_limit, used),
    JSON_VALUE("excess", struct refusing_limit, excess),
};
static const struct json_shape refusing_shape = JSON_SHAPE(refusing_fields, NULL);

static const struct json_field refused_fields[] = {
    JSON_LABEL("name", struct report_refused_call, call.name),
    JSON_LABEL("error", struct report_refused_call, error),
    JSON_VALUE("bytes", struct report_refused_call, call.bytes),
    JSON_VALUE("count", struct report_refused_call, call.count),
    JSON_VALUE("at_ns", struct report_refused_call, call.at_ns),
    JSON_ARRAY("limits", struct report_refused_call, call.limits, call.limit_count, &refusing_shape, REFUSING_LIMITS_MAX),
    JSON_STACK("stack", struct report_refused_call, stack),
};
const struct json_shape json_refused_shape = JSON_SHAPE(refused_fields, NULL);
