/* SPDX-License-Identifier: MIT */
#include "json_refused.h"

#include <inttypes.h>

#include "report/encoding/json_text.h"
#include "json_words.h"

static json_t *limits_of(const struct refused_call *call)
{
    json_t *array = json_array();

    for (size_t i = 0; i < call->limit_count; i++) {
        const struct refusing_limit *limit = &call->limits[i];
        json_t *object = json_object();
        json_object_set_new(object, "name", json_string(limit->name));
        json_add_text(object, "where", limit->where);
        json_object_set_new(object, "unit", json_string(json_word(&json_limit_units, limit->unit)));
        json_add_number(object, "limit", limit->limit);
        json_add_number(object, "used", limit->used);
        json_add_number(object, "excess", limit->excess);
        json_array_append_new(array, object);
    }
    return array;
}

void json_refused(struct json_writer *writer, const struct report_process *process)
{
    if (process->refused_count == 0)
        return;
    json_write_text(writer, ",\n\"failed_calls\":[");
    for (size_t i = 0; i < process->refused_count; i++) {
        const struct report_refused_call *refused = &process->refused[i];
        json_t *object = json_object();
        json_object_set_new(object, "id", json_string(refused->check));
        json_object_set_new(object, "severity", json_string(json_word(&json_severities, refused->severity)));
        json_add_fingerprint(object, fingerprint_of_check(refused->check, &refused->stack));
        json_object_set_new(object, "name", json_string(refused->call.name));
        json_object_set_new(object, "error", json_string(refused->error));
        json_add_number(object, "bytes", refused->call.bytes);
        json_add_number(object, "count", refused->call.count);
        json_add_number(object, "at_ns", refused->call.at_ns);
        json_object_set_new(object, "limits", limits_of(&refused->call));
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_write_stack(writer, "stack", &refused->stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
    if (process->refused_dropped > 0)
        fprintf(writer->stream, ",\"failed_calls_dropped\":%" PRIu64, process->refused_dropped);
}
