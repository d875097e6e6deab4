/* SPDX-License-Identifier: MIT */
#include "json_oom.h"

#include "report/encoding/json_text.h"
#include "json_thresholds.h"
#include "json_words.h"

static json_t *limit_of(const struct report_oom_death *death)
{
    const struct report_limit_warning *limit = &death->limit;
    json_t *object;

    if (!limit->name)
        return json_null();
    object = json_object();
    json_object_set_new(object, "name", json_string(limit->name));
    json_add_text(object, "where", limit->where);
    json_add_number(object, "limit", limit->at.most);
    json_add_number(object, "used", limit->at.value);
    json_add_known(object, "peak", death->peak);
    json_object_set_new(object, "leakwatch_inside", json_boolean(death->leakwatch_inside));
    return object;
}

void json_oom(struct json_writer *writer, const struct report_process *process)
{
    const struct report_oom_death *death = &process->oom_death;
    json_t *object;

    if (!death->known)
        return;
    object = json_object();
    json_object_set_new(object, "id", json_string(OOM_KILLED_CHECK));
    json_object_set_new(object, "severity", json_string(json_word(&json_severities, FINDING_ERROR)));
    json_add_fingerprint(object, fingerprint_of_check(OOM_KILLED_CHECK, NULL));
    json_object_set_new(object, "limit", limit_of(death));
    json_add_known(object, "rss_bytes", death->resident);
    json_add_known(object, "rss_peak_bytes", death->resident_peak);
    json_add_known(object, "swapped_bytes", death->swapped);
    json_add_number(object, "at_ns", death->limit.at.at_ns);
    json_write_text(writer, ",\n\"oom_kill\":{");
    json_write_members(writer, object);
    json_threshold_sites(writer, &death->limit.at);
    json_write_text(writer, "}");
}
