/* SPDX-License-Identifier: MIT */
#include "json_thresholds.h"

#include <inttypes.h>

#include "json_text.h"
#include "json_words.h"

static void write_sites(struct json_writer *writer, const struct report_threshold *threshold)
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

static void write_warnings(struct json_writer *writer, const struct report_process *process)
{
    json_write_text(writer, ",\"limits\":[");
    for (size_t i = 0; i < process->limit_warning_count; i++) {
        const struct report_limit_warning *warning = &process->limit_warnings[i];
        json_t *object = json_object();
        json_object_set_new(object, "name", json_string(warning->name));
        json_add_text(object, "where", warning->where);
        json_object_set_new(object, "unit", json_string(json_word(&json_limit_units, warning->unit)));
        json_object_set_new(object, "effect", json_string(json_word(&json_limit_effects, warning->effect)));
        json_add_number(object, "limit", warning->at.most);
        json_add_number(object, "used", warning->at.value);
        json_add_number(object, "left", warning->left);
        json_add_number(object, "at_ns", warning->at.at_ns);
        json_write_element(writer, i);
        json_write_members(writer, object);
        write_sites(writer, &warning->at);
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
        json_add_number(object, "limit", threshold->most);
        json_add_number(object, "value", threshold->value);
        json_add_number(object, "at_ns", threshold->at_ns);
        json_object_set_new(object, "at_peak", json_boolean(threshold->at_peak));
        json_write_element(writer, i);
        json_write_members(writer, object);
        write_sites(writer, threshold);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
    if (process->thresholds_dropped > 0)
        fprintf(writer->stream, ",\"thresholds_dropped\":%" PRIu64, process->thresholds_dropped);
    write_warnings(writer, process);
}
