/* SPDX-License-Identifier: MIT
 * Cold memory and equal pages, of a saved report. */
#include "model/cold_report.h"
#include "read_parts.h"

/* ---- What nobody touches ---- */

static const struct json_field site_fields[] = {
    JSON_VALUE("blocks", struct report_cold_site, amount.blocks),       JSON_VALUE("bytes", struct report_cold_site, amount.bytes),
    JSON_WORD("kind", struct report_cold_site, kind, &json_leak_kinds), JSON_LABEL("allocator", struct report_cold_site, allocator),
    JSON_OPTIONAL("content", struct report_cold_site, stack.content),   JSON_STACK("stack", struct report_cold_site, stack),
};
static const struct json_shape site_shape = JSON_SHAPE(site_fields, NULL);

#define OPTIONAL_KIND(name, kind)                                                                                                  \
    {                                                                                                                              \
        name, json_read_object, offsetof(struct report_cold, total[kind]), &json_amount_shape, .optional = true                    \
    }

/* Those from "detector" on are there if it is known. */
static const struct json_field cold_fields[] = {
    JSON_VALUE("known", struct report_cold, known),
    JSON_VALUE("reason", struct report_cold, problem),
    JSON_VALUE("rejected", struct report_cold, rejected),
    {"detector", json_read_word, offsetof(struct report_cold, detector), &json_cold_detectors, .optional = true},
    JSON_OPTIONAL("time_ns", struct report_cold, time_ns),
    JSON_OPTIONAL("by_program", struct report_cold, by_program),
    JSON_OPTIONAL("data_bytes", struct report_cold, data_bytes),
    JSON_OPTIONAL("untouched_bytes", struct report_cold, untouched_bytes),
    OPTIONAL_KIND("definite", LEAK_DEFINITE),
    OPTIONAL_KIND("indirect", LEAK_INDIRECT),
    OPTIONAL_KIND("possible", LEAK_POSSIBLE),
    OPTIONAL_KIND("reachable", LEAK_REACHABLE),
    OPTIONAL_KIND("suppressed", LEAK_SUPPRESSED),
    JSON_OPTIONAL_LIST("sites", struct report_cold, sites, site_count, &site_shape),
};

static bool settle_cold(struct json_reader *reader, void *object)
{
    struct report_cold *cold = object;

    if (cold->known && cold->detector == COLD_DETECTORS)
        return json_cursor_fail(&reader->cursor, "member 'detector' is missing");
    if (!cold->known && cold->problem == NULL)
        return json_cursor_fail(&reader->cursor, "it is not said why nothing is known");
    return true;
}
static const struct json_shape cold_shape = JSON_SHAPE(cold_fields, settle_cold);

bool json_read_cold(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_cold *cold = member;

    cold->asked = true;
    cold->detector = COLD_DETECTORS; /* until it is named */
    bool done = json_read_shape(reader, &cold_shape, cold);
    if (cold->detector == COLD_DETECTORS)
        cold->detector = (enum cold_detector)0; /* nothing is known: writers look it up all the same */
    return done;
}

/* ---- Equal pages ---- */

#define COUNT_FIELDS(whose)                                                                                                        \
    JSON_VALUE("pages", struct report_duplicates, counts.whose.pages),                                                             \
        JSON_VALUE("zero_pages", struct report_duplicates, counts.whose.zero_pages),                                               \
        JSON_VALUE("contents", struct report_duplicates, counts.whose.contents),                                                   \
        JSON_VALUE("saved_pages", struct report_duplicates, counts.whose.saved),                                                   \
        JSON_VALUE("saved_bytes", struct report_duplicates, whose##_profit)

static const struct json_field live_fields[] = {COUNT_FIELDS(live)};
static const struct json_shape live_shape = JSON_SHAPE(live_fields, NULL);
static const struct json_field lost_fields[] = {COUNT_FIELDS(lost)};
static const struct json_shape lost_shape = JSON_SHAPE(lost_fields, NULL);

static const struct json_field duplicates_fields[] = {
    JSON_PART("live", &live_shape),
    JSON_PART("lost", &lost_shape),
    JSON_VALUE("unreadable_bytes", struct report_duplicates, counts.unreadable_bytes),
    JSON_LIST("findings", struct report_duplicates, findings.items, findings.count, &json_finding_shape),
};

static bool settle_duplicates(struct json_reader *reader, void *object)
{
    struct report_duplicates *duplicates = object;

    if (duplicates->live_profit == INT64_MIN || duplicates->lost_profit == INT64_MIN)
        return json_cursor_fail(&reader->cursor, "so many bytes cannot be lost");
    duplicates->counts.counted = true;
    return true;
}
const struct json_shape json_duplicates_shape = JSON_SHAPE(duplicates_fields, settle_duplicates);
