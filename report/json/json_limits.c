/* SPDX-License-Identifier: MIT
 * What `leakwatch limits` found, for machines: limits-schema.json. */
#include <errno.h>
#include <string.h>

#include "records/limits_model.h"
#include "report/encoding/json_text.h"
#include "report/encoding/stream_end.h"
#include "report/limits_report.h"
#include "json_findings.h"
#include "json_parts.h"
#include "json_words.h"

/* ---- Values ---- */

/* null: not known; "unlimited" */
static json_t *number(struct known value)
{
    if (!value.known)
        return json_null();
    if (value.value == KNOWN_UNLIMITED)
        return json_string("unlimited");
    return json_integer(value.value > INT64_MAX ? INT64_MAX : (json_int_t)value.value);
}

static void add_known(json_t *object, const char *name, struct known value)
{
    json_object_set_new(object, name, number(value));
}

static json_t *figure_value(const struct limit_figure *figure)
{
    if (figure->unit == FIGURE_WORD)
        return figure->word ? json_string(figure->word) : json_null();
    if (!figure->value.known)
        return json_null();
    switch (figure->unit) {
    case FIGURE_SIGNED:
    case FIGURE_SIGNED_BYTES:
        return json_integer((json_int_t)figure->value.value);
    case FIGURE_PERCENT:
        return json_real((double)figure->value.value / 100);
    case FIGURE_YES_NO:
        return json_boolean(figure->value.value != 0);
    default:
        return number(figure->value);
    }
}

/* An object for each group. */
static json_t *figures_of(const struct figure_list *figures)
{
    json_t *groups = json_object();

    for (size_t i = 0; i < figures->count; i++) {
        const struct limit_figure *figure = &figures->items[i];
        json_t *group = json_object_get(groups, figure->group);
        if (group == NULL) {
            group = json_object();
            json_object_set_new(groups, figure->group, group);
        }
        json_object_set_new(group, figure->name, figure_value(figure));
    }
    return groups;
}

/* ---- Limits ---- */

static json_t *growths_of(unsigned growths)
{
    json_t *array = json_array();

    for (enum growth_kind growth = 0; growth < GROWTHS; growth++)
        if (growths & 1U << growth)
            json_array_append_new(array, json_string(growth_name(growth)));
    return array;
}

static json_t *limit_of(const struct limit *limit)
{
    json_t *object = json_object();

    json_object_set_new(object, "name", json_string(limit->name));
    json_add_text(object, "where", limit->where);
    json_object_set_new(object, "unit", json_string(json_word(&json_limit_units, limit->unit)));
    add_known(object, "limit", limit->limit);
    add_known(object, "used", limit->used);
    add_known(object, "left", limit->left);
    json_object_set_new(object, "at_most", json_boolean(limit->at_most));
    json_object_set_new(object, "single_request", json_boolean(limit->single_request));
    json_object_set_new(object, "effect", json_string(json_word(&json_limit_effects, limit->effect)));
    json_object_set_new(object, "growths", growths_of(limit->growths));
    json_add_number(object, "at_ns", limit->at_ns);
    return object;
}

static json_t *first_of(const struct limits_subject *subject)
{
    json_t *array = json_array();

    for (size_t i = 0; i < subject->first_count; i++) {
        const struct first_limit *first = &subject->first[i];
        const struct limit *limit = &subject->limits.items[first->index];
        json_t *object = json_object();
        json_object_set_new(object, "growth", json_string(growth_name(first->growth)));
        json_object_set_new(object, "limit", json_string(limit->name));
        json_add_text(object, "where", limit->where);
        add_known(object, "left", limit->left);
        json_object_set_new(object, "effect", json_string(json_word(&json_limit_effects, limit_effect_on(limit, first->growth))));
        add_known(object, "seconds", first->seconds);
        json_array_append_new(array, object);
    }
    return array;
}

/* ---- Pages ---- */

static void add_pages(json_t *object, const struct page_counts *pages)
{
    add_known(object, "resident", pages->resident);
    add_known(object, "proportional", pages->proportional);
    add_known(object, "anonymous", pages->anonymous);
    add_known(object, "shared_clean", pages->shared_clean);
    add_known(object, "shared_dirty", pages->shared_dirty);
    add_known(object, "private_clean", pages->private_clean);
    add_known(object, "private_dirty", pages->private_dirty);
    add_known(object, "swapped", pages->swapped);
    add_known(object, "locked", pages->locked);
    add_known(object, "merged", pages->merged);
}

static json_t *owner_of(const struct page_owner *owner)
{
    json_t *object = json_object();

    json_object_set_new(object, "kind", json_string(owner_kind_name(owner->kind)));
    json_add_text(object, "name", owner->name);
    json_add_number(object, "mappings", owner->mappings);
    json_add_number(object, "size", owner->size);
    add_pages(object, &owner->pages);
    json_object_set_new(object, "resident_growth", json_integer(owner->resident_growth));
    json_object_set_new(object, "anonymous_growth", json_integer(owner->anonymous_growth));
    json_object_set_new(object, "swapped_growth", json_integer(owner->swapped_growth));
    return object;
}

static json_t *mapping_of(const struct page_mapping *mapping)
{
    json_t *object = json_object();

    json_add_address(object, "start", mapping->start);
    json_add_address(object, "end", mapping->end);
    json_add_text(object, "permissions", mapping->permissions);
    json_add_text(object, "name", mapping->name);
    json_object_set_new(object, "owner", json_string(owner_kind_name(mapping->owner)));
    add_pages(object, &mapping->pages);
    json_object_set_new(object, "resident_growth", json_integer(mapping->resident_growth));
    return object;
}

/* ---- Arrays, an element for each line ---- */

#define WRITE_ARRAY(writer, name, count, element)                                                                                  \
    do {                                                                                                                           \
        json_write_text(writer, ",\n\"" name "\":[");                                                                              \
        for (size_t i = 0; i < (count); i++) {                                                                                     \
            json_write_element(writer, i);                                                                                         \
            json_write_members(writer, element);                                                                                   \
            json_write_text(writer, "}");                                                                                          \
        }                                                                                                                          \
        json_write_text(writer, "]");                                                                                              \
    } while (0)

/* The members of a subject, of which the braces are written by the caller. */
static void write_subject(struct json_writer *writer, const struct limits_subject *subject)
{
    json_t *head = json_object();

    if (subject->pid != 0) {
        json_object_set_new(head, "pid", json_integer(subject->pid));
        json_add_text(head, "name", subject->name);
        add_known(head, "user", subject->user);
    }
    json_add_number(head, "looks", subject->looks);
    json_add_number(head, "first_ns", subject->first_ns);
    json_add_number(head, "last_ns", subject->last_ns);
    json_add_texts(head, "not_seen", subject->notes, subject->note_count);
    json_object_set_new(head, "figures", figures_of(&subject->figures));
    json_object_set_new(head, "first", first_of(subject));
    json_write_members(writer, head);
    WRITE_ARRAY(writer, "limits", subject->limits.count, limit_of(&subject->limits.items[i]));
    WRITE_ARRAY(writer, "findings", subject->findings.count, json_finding(&subject->findings.items[i]));
    if (subject->pid == 0)
        return;
    WRITE_ARRAY(writer, "owners", subject->owners.count, owner_of(&subject->owners.items[i]));
    WRITE_ARRAY(writer, "mappings", subject->mappings.count, mapping_of(&subject->mappings.items[i]));
}

static json_t *head_of(const struct limits_report *report)
{
    json_t *object = json_object(), *summary = json_object();
    size_t errors = limits_report_count(report, FINDING_ERROR), warnings = limits_report_count(report, FINDING_WARNING);
    size_t words = 0;

    while (report->command && report->command[words])
        words++;
    json_object_set_new(object, "format", json_string("leakwatch-limits"));
    json_object_set_new(object, "version", json_integer(1));
    json_add_text(object, "leakwatch", report->version);
    json_object_set_new(object, "mode", json_string(report->mode));
    json_add_texts(object, "command", report->command, words);
    json_add_text(object, "end", report->end);
    json_add_text(object, "started", report->started);
    json_add_number(object, "elapsed_ns", report->elapsed_ns);
    json_add_number(summary, "errors", errors);
    json_add_number(summary, "warnings", warnings - errors);
    json_add_number(summary, "notes", limits_report_count(report, FINDING_NOTE) - warnings);
    json_object_set_new(object, "summary", summary);
    return object;
}

int limits_report_write_json(const struct limits_report *report, const struct report_view *view, FILE *stream)
{
    struct json_writer writer = {.stream = stream};

    errno = 0;
    json_write_text(&writer, "{");
    json_write_members(&writer, head_of(report));
    json_write_text(&writer, ",\n\"machine\":{");
    write_subject(&writer, &report->machine);
    json_write_text(&writer, "},\n\"processes\":[");
    for (size_t i = 0; i < report->process_count; i++) {
        json_write_element(&writer, i);
        write_subject(&writer, &report->processes[i]);
        json_write_text(&writer, "}");
    }
    json_write_text(&writer, "]}\n");
    json_writer_finish(&writer);
    int error = stream_end(stream);
    return error == 0 && writer.failed ? -ENOMEM : error;
}
