/* SPDX-License-Identifier: MIT */
#include "json_cold.h"

#include "model/cold_report.h"
#include "report/encoding/json_text.h"
#include "json_words.h"

static json_t *head_of(const struct report_cold *cold)
{
    const struct cold_sense *sense = cold_sense(cold->detector);
    json_t *object = json_object();

    json_object_set_new(object, "known", json_boolean(cold->known));
    json_add_text(object, "reason", cold->problem);
    json_add_text(object, "rejected", cold->rejected);
    if (!cold->known)
        return object;
    json_object_set_new(object, "detector", json_string(json_word(&json_cold_detectors, cold->detector)));
    json_object_set_new(object, "reads_seen", json_boolean(sense->reads));
    json_object_set_new(object, "granularity", json_string(sense->pages ? "page" : "mapping"));
    json_object_set_new(object, "not_seen", json_string(sense->blind));
    json_add_number(object, "time_ns", cold->time_ns);
    json_object_set_new(object, "by_program", json_boolean(cold->by_program));
    json_add_number(object, "data_bytes", cold->data_bytes);
    json_add_number(object, "untouched_bytes", cold->untouched_bytes);
    json_add_kinds(object, cold->total);
    return object;
}

static void write_sites(struct json_writer *writer, const struct report_cold *cold)
{
    json_write_text(writer, ",\"sites\":[");
    for (size_t i = 0; i < cold->site_count; i++) {
        const struct report_cold_site *site = &cold->sites[i];
        json_t *object = json_amount(site->amount);
        json_add_kind(object, "kind", site->kind);
        json_add_text(object, "allocator", site->allocator);
        if (site->stack.content)
            json_add_text(object, "content", site->stack.content);
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_write_stack(writer, "stack", &site->stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
}

void json_cold(struct json_writer *writer, const struct report_process *process)
{
    const struct report_cold *cold = &process->cold;

    if (!cold->asked)
        return;
    json_write_text(writer, ",\n\"cold\":{");
    json_write_members(writer, head_of(cold));
    if (cold->known)
        write_sites(writer, cold);
    json_write_text(writer, "}");
}

static json_t *count_of(const struct duplicate_count *count, int64_t profit)
{
    json_t *object = json_object();

    json_add_number(object, "pages", count->pages);
    json_add_number(object, "zero_pages", count->zero_pages);
    json_add_number(object, "contents", count->contents);
    json_add_number(object, "saved_pages", count->saved);
    json_object_set_new(object, "saved_bytes", json_integer(profit));
    return object;
}

void json_duplicates(struct json_writer *writer, const struct report_process *process)
{
    const struct report_duplicates *duplicates = &process->duplicates;
    json_t *object, *findings;

    if (!duplicates->counts.counted)
        return;
    object = json_object();
    findings = json_array();
    json_object_set_new(object, "live", count_of(&duplicates->counts.live, duplicates->live_profit));
    json_object_set_new(object, "lost", count_of(&duplicates->counts.lost, duplicates->lost_profit));
    json_add_number(object, "unreadable_bytes", duplicates->counts.unreadable_bytes);
    for (size_t i = 0; i < duplicates->findings.count; i++) {
        const struct limit_finding *found = &duplicates->findings.items[i];
        json_array_append_new(findings, json_finding_text(&(struct finding_text){found->id, found->severity, found->what,
                                                                                 found->numbers, found->remedy}));
    }
    json_object_set_new(object, "findings", findings);
    json_write_text(writer, ",\n\"equal_pages\":{");
    json_write_members(writer, object);
    json_write_text(writer, "}");
}
