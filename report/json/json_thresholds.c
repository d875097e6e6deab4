/* SPDX-License-Identifier: MIT */
#include "json_thresholds.h"

#include <inttypes.h>

#include "report/encoding/json_text.h"
#include "json_words.h"

void json_threshold_sites(struct json_writer *writer, const struct report_threshold *threshold)
{
    json_write_text(writer, ",\"sites\":[");
    for (size_t i = 0; i < threshold->site_count; i++) {
        const struct report_threshold_site *site = &threshold->sites[i];
        json_write_element(writer, i);
        json_write_members(writer, json_amount((struct leak_amount){site->blocks, site->bytes}));
        json_write_stack(writer, "stack", &site->stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
}

void json_thresholds(struct json_writer *writer, const struct report_process *process)
{
    json_write_text(writer, ",\n\"thresholds\":[");
    for (size_t i = 0; i < process->threshold_count; i++) {
        const struct report_threshold *threshold = &process->thresholds[i];
        json_t *object = json_object();
        json_object_set_new(object, "kind", json_string(json_word(&json_threshold_kinds, threshold->kind)));
        json_add_fingerprint(object, fingerprint_of_threshold(threshold));
        json_add_number(object, "limit", threshold->most);
        json_add_number(object, "value", threshold->value);
        json_add_number(object, "at_ns", threshold->at_ns);
        json_object_set_new(object, "at_peak", json_boolean(threshold->at_peak));
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_threshold_sites(writer, threshold);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
    if (process->thresholds_dropped > 0)
        fprintf(writer->stream, ",\"thresholds_dropped\":%" PRIu64, process->thresholds_dropped);
}
