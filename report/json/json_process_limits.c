/* SPDX-License-Identifier: MIT */
#include "json_process_limits.h"

#include "report/encoding/json_text.h"
#include "json_thresholds.h"
#include "json_words.h"

/* ---- Findings ---- */

/* As the finding of a check, with what the limit was like then. */
static json_t *warning_of(const struct report_limit_warning *warning)
{
    const struct limit_finding finding = {.id = warning->check,
                                          .severity = FINDING_WARNING,
                                          .subject = warning->where,
                                          .what = warning->what,
                                          .numbers = warning->numbers,
                                          .remedy = (char *)warning->remedy,
                                          .at_ns = warning->at.at_ns};
    json_t *object = json_finding(&finding);

    json_object_set_new(object, "name", json_string(warning->name));
    json_add_text(object, "where", warning->where);
    json_object_set_new(object, "unit", json_string(json_word(&json_limit_units, warning->unit)));
    json_object_set_new(object, "effect", json_string(json_word(&json_limit_effects, warning->effect)));
    json_add_number(object, "limit", warning->at.most);
    json_add_number(object, "used", warning->at.value);
    json_add_number(object, "left", warning->left);
    return object;
}

static void write_findings(struct json_writer *writer, const struct report_process *process)
{
    json_write_text(writer, ",\n\"limits\":[");
    for (size_t i = 0; i < process->limit_warning_count; i++) {
        json_write_element(writer, i);
        json_write_members(writer, warning_of(&process->limit_warnings[i]));
        json_threshold_sites(writer, &process->limit_warnings[i].at);
        json_write_text(writer, "}");
    }
    for (size_t i = 0; i < process->limits.findings.count; i++) {
        json_write_element(writer, process->limit_warning_count + i);
        json_write_members(writer, json_finding(&process->limits.findings.items[i]));
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
}

/* ---- The time line ---- */

static json_t *sample_of(const struct time_sample *sample)
{
    json_t *object = json_object();

    json_add_number(object, "at_ns", sample->at_ns);
    for (enum time_series series = 0; series < TIME_SERIES; series++)
        if (sample->values[series].known)
            json_add_number(object, json_word(&json_time_series, series), sample->values[series].value);
        else
            json_object_set_new(object, json_word(&json_time_series, series), json_null());
    return object;
}

/* null: it does not grow */
static json_t *growth_of(const struct growth_forecast *forecast)
{
    json_t *object = json_object();

    if (forecast->growth.rate <= 0) {
        json_decref(object);
        return json_null();
    }
    json_object_set_new(object, "of", json_string(json_word(&json_growing, forecast->growth.of_live)));
    json_object_set_new(object, "bytes_per_second", json_real(forecast->growth.rate));
    json_add_text(object, "limit", forecast->limit);
    json_add_text(object, "where", forecast->where);
    json_add_text(object, "effect", forecast->limit ? json_word(&json_limit_effects, forecast->effect) : NULL);
    json_add_number(object, "left", forecast->left);
    if (forecast->seconds.known)
        json_add_number(object, "seconds", forecast->seconds.value);
    else
        json_object_set_new(object, "seconds", json_null());
    return object;
}

static void write_time_line(struct json_writer *writer, const struct limits_history *limits)
{
    const struct time_line *line = &limits->time_line;
    json_t *object = json_object();

    json_add_number(object, "taken", line->offered);
    json_add_number(object, "step", line->step);
    json_object_set_new(object, "growth", growth_of(&limits->forecast));
    json_write_text(writer, ",\n\"timeline\":{");
    json_write_members(writer, object);
    json_write_text(writer, ",\"samples\":[");
    for (size_t i = 0; i < line->count; i++) {
        json_write_element(writer, i);
        json_write_members(writer, sample_of(&line->samples[i]));
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]}");
}

void json_process_limits(struct json_writer *writer, const struct report_process *process)
{
    write_findings(writer, process);
    write_time_line(writer, &process->limits);
}
