/* SPDX-License-Identifier: MIT
 * A process that the OOM killer ended, of a saved report. */
#include "read_parts.h"

static const struct json_field limit_fields[] = {
    JSON_LABEL("name", struct report_oom_death, limit.name),
    JSON_VALUE("where", struct report_oom_death, limit.where),
    JSON_VALUE("limit", struct report_oom_death, limit.at.most),
    JSON_VALUE("used", struct report_oom_death, limit.at.value),
    JSON_OPTIONAL("peak", struct report_oom_death, peak),
    JSON_VALUE("leakwatch_inside", struct report_oom_death, leakwatch_inside),
};
static const struct json_shape limit_shape = JSON_SHAPE(limit_fields, NULL);

static bool read_limit(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_shape(reader, &limit_shape, member);
}

static const struct json_field death_fields[] = {
    {.name = "limit", .read = read_limit},
    JSON_OPTIONAL("rss_bytes", struct report_oom_death, resident),
    JSON_OPTIONAL("rss_peak_bytes", struct report_oom_death, resident_peak),
    JSON_OPTIONAL("swapped_bytes", struct report_oom_death, swapped),
    JSON_VALUE("at_ns", struct report_oom_death, limit.at.at_ns),
    JSON_LIST("sites", struct report_oom_death, limit.at.sites, limit.at.site_count, &json_site_shape),
};

static bool settle_death(struct json_reader *reader, void *object)
{
    struct report_oom_death *death = object;

    death->known = true;
    return true;
}
const struct json_shape json_oom_shape = JSON_SHAPE(death_fields, settle_death);
