/* SPDX-License-Identifier: MIT */
#include "json_findings.h"

#include "report/encoding/json_text.h"
#include "json_words.h"

static void write_finding(struct json_writer *writer, const struct report_finding *finding)
{
    json_t *object =
        json_finding_text(&(struct finding_text){finding->id, finding->severity, finding->what, finding->numbers, finding->remedy});

    json_add_number(object, "count", finding->count);
    json_add_fingerprint(object, fingerprint_of_check(finding->id, report_finding_place(finding)));
    json_add_novelty(object, finding->novelty);
    json_write_members(writer, object);
    json_write_text(writer, ",\"stacks\":[");
    for (size_t i = 0; i < finding->stack_count; i++) {
        json_t *role = json_object();
        json_object_set_new(role, "role", json_string(json_word(&json_finding_roles, finding->roles[i])));
        json_write_element(writer, i);
        json_write_members(writer, role);
        json_write_stack(writer, "stack", &finding->stacks[i]);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]}");
}

void json_findings(struct json_writer *writer, const struct report_findings *findings)
{
    json_write_text(writer, ",\"findings\":[");
    for (size_t i = 0; i < findings->count; i++) {
        json_write_element(writer, i);
        write_finding(writer, &findings->items[i]);
    }
    json_write_text(writer, "]");
}
