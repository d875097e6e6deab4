/* SPDX-License-Identifier: MIT
 * Crossed thresholds, of a saved report. */
#include "read_parts.h"

static const struct json_field site_fields[] = {
    JSON_VALUE("blocks", struct report_threshold_site, blocks),
    JSON_VALUE("bytes", struct report_threshold_site, bytes),
    JSON_STACK("stack", struct report_threshold_site, stack),
};
const struct json_shape json_site_shape = JSON_SHAPE(site_fields, NULL);

static const struct json_field threshold_fields[] = {
    JSON_WORD("kind", struct report_threshold, kind, &json_threshold_kinds),
    JSON_VALUE("limit", struct report_threshold, most),
    JSON_VALUE("value", struct report_threshold, value),
    JSON_VALUE("at_ns", struct report_threshold, at_ns),
    JSON_VALUE("at_peak", struct report_threshold, at_peak),
    JSON_LIST("sites", struct report_threshold, sites, site_count, &json_site_shape),
};
const struct json_shape json_threshold_shape = JSON_SHAPE(threshold_fields, NULL);
