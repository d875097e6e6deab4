/* SPDX-License-Identifier: MIT
 * Findings about limits, and the time line of a process, of a saved report. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "read_parts.h"

/* ---- Findings ---- */

#define FINDING_FIELDS(type, member)                                                                                               \
    JSON_LABEL("id", type, member id), JSON_WORD("severity", type, member severity, &json_severities),                             \
        JSON_VALUE("what", type, member what), JSON_VALUE("numbers", type, member numbers),                                        \
        JSON_VALUE("remedy", type, member remedy), JSON_OPTIONAL("subject", type, member subject),                                 \
        JSON_OPTIONAL("at_ns", type, member at_ns)

static bool check_finding(struct json_reader *reader, const struct limit_finding *finding)
{
    if (finding->what == NULL || finding->numbers == NULL || finding->remedy == NULL)
        return json_cursor_fail(&reader->cursor, "a finding does not say what it found");
    return true;
}

static bool settle_finding(struct json_reader *reader, void *object)
{
    return check_finding(reader, object);
}

static const struct json_field finding_fields[] = {FINDING_FIELDS(struct limit_finding, )};
const struct json_shape json_finding_shape = JSON_SHAPE(finding_fields, settle_finding);

/* ---- Findings of a process, and limits that were near ---- */

/* An element of "limits": the finding of a check, and what a limit was like that was near, which has a name then. */
struct limits_element {
    struct limit_finding finding;
    struct report_limit_warning near;
};

static const struct json_field element_fields[] = {
    FINDING_FIELDS(struct limits_element, finding.),
    JSON_OPTIONAL_LABEL("name", struct limits_element, near.name),
    JSON_OPTIONAL("where", struct limits_element, near.where),
    {"unit", json_read_word, offsetof(struct limits_element, near.unit), &json_limit_units, .optional = true},
    {"effect", json_read_word, offsetof(struct limits_element, near.effect), &json_limit_effects, .optional = true},
    JSON_OPTIONAL("limit", struct limits_element, near.at.most),
    JSON_OPTIONAL("used", struct limits_element, near.at.value),
    JSON_OPTIONAL("left", struct limits_element, near.left),
    JSON_OPTIONAL_LIST("sites", struct limits_element, near.at.sites, near.at.site_count, &json_site_shape),
};

static bool settle_element(struct json_reader *reader, void *object)
{
    const struct limits_element *element = object;

    return check_finding(reader, &element->finding);
}
static const struct json_shape element_shape = JSON_SHAPE(element_fields, settle_element);

/* Where elements are added. */
struct limits_reading {
    struct report_process *process;
    size_t warning_capacity;
};

static void add_warning(struct json_reader *reader, struct limits_reading *reading, struct limits_element *element)
{
    struct report_process *process = reading->process;
    struct limit_finding *finding = &element->finding;

    element->near.check = finding->id;
    element->near.remedy = report_names_string(reader->names, finding->remedy);
    element->near.what = finding->what;
    element->near.numbers = finding->numbers;
    element->near.at.at_ns = finding->at_ns;
    free(finding->subject);
    free(finding->remedy);
    process->limit_warnings =
        xgrow(process->limit_warnings, &reading->warning_capacity, process->limit_warning_count + 1, sizeof element->near);
    process->limit_warnings[process->limit_warning_count++] = element->near;
}

static void add_finding(struct limits_reading *reading, struct limits_element *element)
{
    struct finding_list *findings = &reading->process->limits.findings;

    report_limit_warning_finish(&element->near);
    findings->items = xgrow(findings->items, &findings->capacity, findings->count + 1, sizeof *findings->items);
    findings->items[findings->count++] = element->finding;
}

bool json_read_limits(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct limits_reading reading = {.process = member};
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        struct limits_element element = {0};
        bool done = json_read_shape(reader, &element_shape, &element);
        if (done && element.near.name)
            add_warning(reader, &reading, &element);
        else
            add_finding(&reading, &element); /* also what an error has cut short: it is released with the others */
    }
    return !reader->cursor.error;
}

/* ---- The time line ---- */

static bool read_known(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_optional_number(reader, field, member);
}
#define VALUE_OR_NULL(name, type, member)                                                                                          \
    {                                                                                                                              \
        name, read_known, offsetof(type, member), NULL, false                                                                      \
    }

static const struct json_field sample_fields[] = {
    JSON_VALUE("at_ns", struct time_sample, at_ns),
    VALUE_OR_NULL("live", struct time_sample, values[SERIES_LIVE]),
    VALUE_OR_NULL("resident", struct time_sample, values[SERIES_RESIDENT]),
    VALUE_OR_NULL("swapped", struct time_sample, values[SERIES_SWAPPED]),
    VALUE_OR_NULL("locked", struct time_sample, values[SERIES_LOCKED]),
    VALUE_OR_NULL("mappings", struct time_sample, values[SERIES_MAPPINGS]),
};
static const struct json_shape sample_shape = JSON_SHAPE(sample_fields, NULL);

static bool read_effect(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_word(reader, field, member);
}

static bool read_subject(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct growth_estimate *growth = member;
    int subject = 0;

    if (!json_read_word(reader, field, &subject))
        return false;
    growth->of_live = subject;
    return true;
}

static const struct json_field growth_fields[] = {
    {"of", read_subject, offsetof(struct growth_forecast, growth), &json_growing},
    JSON_VALUE("bytes_per_second", struct growth_forecast, growth.rate),
    {.name = "limit", .read = json_read_label_or_null, .offset = offsetof(struct growth_forecast, limit)},
    JSON_VALUE("where", struct growth_forecast, where),
    {"effect", read_effect, offsetof(struct growth_forecast, effect), &json_limit_effects},
    JSON_VALUE("left", struct growth_forecast, left),
    VALUE_OR_NULL("seconds", struct growth_forecast, seconds),
};

/* Writers make bytes a minute of it, which must fit. */
#define RATE_MAX 1e17

static bool settle_growth(struct json_reader *reader, void *object)
{
    const struct growth_forecast *forecast = object;

    if (!(forecast->growth.rate > 0 && forecast->growth.rate <= RATE_MAX))
        return json_cursor_fail(&reader->cursor, "this is no rate of growth");
    return true;
}
static const struct json_shape growth_shape = JSON_SHAPE(growth_fields, settle_growth);

static bool read_growth(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_shape(reader, &growth_shape, member);
}

static const struct json_field time_line_fields[] = {
    JSON_VALUE("taken", struct limits_history, time_line.offered),
    JSON_VALUE("step", struct limits_history, time_line.step),
    {.name = "growth", .read = read_growth, .offset = offsetof(struct limits_history, forecast)},
    JSON_LIST("samples", struct limits_history, time_line.samples, time_line.count, &sample_shape),
};

static bool settle_time_line(struct json_reader *reader, void *object)
{
    struct time_line *line = &((struct limits_history *)object)->time_line;

    for (size_t i = 1; i < line->count; i++)
        if (line->samples[i].at_ns < line->samples[i - 1].at_ns)
            return json_cursor_fail(&reader->cursor, "the samples are not in the order of time");
    time_line_find_extremes(line);
    return true;
}
const struct json_shape json_time_line_shape = JSON_SHAPE(time_line_fields, settle_time_line);
