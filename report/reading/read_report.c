/* SPDX-License-Identifier: MIT */
#include "report_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_baseline.h"
#include "read_parts.h"

#define FORMAT  "leakwatch-report"
#define VERSION 1

/* ---- What kind of file it is ---- */

/* Asked of the two members that come first, so that a foreign file is not searched for what it lacks. */
static bool read_format(struct json_reader *reader, const struct json_field *field, void *member)
{
    const char *format = NULL;

    if (!json_read_label(reader, field, &format))
        return false;
    if (strcmp(format, FORMAT) != 0)
        return json_cursor_fail(&reader->cursor, "this is no report of leakwatch, but a '%s'", format);
    return true;
}

static bool read_version(struct json_reader *reader, const struct json_field *field, void *member)
{
    uint64_t version = 0;

    if (!json_read_u64(reader, field, &version))
        return false;
    if (version != VERSION)
        return json_cursor_fail(&reader->cursor, "the report is of version %" PRIu64 "; this leakwatch reads version %d", version,
                                VERSION);
    return true;
}

/* ---- Its parts ---- */

static const struct json_field summary_fields[] = {
    JSON_LABEL("verdict", struct report, verdict),
    JSON_KINDS(struct report, total),
    JSON_VALUE("errors", struct report, error_count),
};
static const struct json_shape summary_shape = JSON_SHAPE(summary_fields, NULL);

static const struct json_field injection_fields[] = {
    JSON_VALUE("what", struct report_injection, text),
    JSON_VALUE("count", struct report_injection, count),
};
static const struct json_shape injection_shape = JSON_SHAPE(injection_fields, NULL);

static const struct json_field used_fields[] = {
    JSON_VALUE("blocks", struct report_suppression_use, blocks),
    JSON_VALUE("bytes", struct report_suppression_use, bytes),
    JSON_VALUE("name", struct report_suppression_use, name),
};
static const struct json_shape used_shape = JSON_SHAPE(used_fields, NULL);

static const struct json_field unused_fields[] = {
    JSON_VALUE("name", struct report_unused_suppression, name),
    JSON_VALUE("file", struct report_unused_suppression, file),
    JSON_VALUE("line", struct report_unused_suppression, line),
};
static const struct json_shape unused_shape = JSON_SHAPE(unused_fields, NULL);

static const struct json_field suppressions_fields[] = {
    JSON_LIST("used", struct report, suppressions_used, suppressions_used_count, &used_shape),
    JSON_LIST("unused", struct report, suppressions_unused, suppressions_unused_count, &unused_shape),
};
static const struct json_shape suppressions_shape = JSON_SHAPE(suppressions_fields, NULL);

static const struct json_field baseline_fields[] = {
    JSON_VALUE("file", struct report_baseline, file),
    JSON_VALUE("new", struct report_baseline, new_count),
    JSON_VALUE("grown", struct report_baseline, grown),
    JSON_VALUE("known", struct report_baseline, known),
    JSON_OBJECT("before", struct report_baseline, before, &json_amount_shape),
    JSON_OBJECT("after", struct report_baseline, after, &json_amount_shape),
};
static const struct json_shape baseline_shape = JSON_SHAPE(baseline_fields, NULL);

static bool read_baseline(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_baseline **baseline = member;

    *baseline = xcalloc(1, sizeof **baseline);
    return json_read_shape(reader, &baseline_shape, *baseline);
}

static const struct json_field own_usage_fields[] = {
    JSON_OPTIONAL("peak_bytes", struct own_usage, peak),
    JSON_VALUE("user_ns", struct own_usage, user_ns),
    JSON_VALUE("system_ns", struct own_usage, system_ns),
    JSON_OPTIONAL("symbols_peak_bytes", struct own_usage, symbols_peak),
    JSON_OPTIONAL("symbols_ns", struct own_usage, symbols_ns),
    JSON_VALUE("reading_ns", struct own_usage, phase_ns[USAGE_READING]),
    JSON_VALUE("scanning_ns", struct own_usage, phase_ns[USAGE_SCANNING]),
    JSON_VALUE("naming_ns", struct own_usage, phase_ns[USAGE_NAMING]),
};

static bool settle_own_usage(struct json_reader *reader, void *object)
{
    struct own_usage *usage = object;

    usage->measured = true;
    return true;
}
static const struct json_shape own_usage_shape = JSON_SHAPE(own_usage_fields, settle_own_usage);

/* ---- All of it ---- */

static const struct json_field report_fields[] = {
    {.name = "format", .read = read_format},
    {.name = "version", .read = read_version},
    JSON_VALUE("leakwatch", struct report, version),
    {.name = "command", .read = json_read_words, .offset = offsetof(struct report, command)},
    JSON_LABEL("mode", struct report, mode),
    JSON_VALUE("started", struct report, started),
    JSON_VALUE("elapsed_ns", struct report, elapsed_ns),
    JSON_PART("summary", &summary_shape),
    {.name = "baseline", .read = read_baseline, .offset = offsetof(struct report, baseline), .optional = true},
    JSON_OPTIONAL_LIST("inject", struct report, injections, injection_count, &injection_shape),
    JSON_LIST("processes", struct report, processes, process_count, &json_process_shape),
    {.name = "fail_alloc", .read = json_read_fail_alloc, .offset = offsetof(struct report, fail_alloc), .optional = true},
    {.name = "growth", .read = json_read_growth, .offset = offsetof(struct report, growth), .optional = true},
    JSON_PART("suppressions", &suppressions_shape),
    JSON_LIST("limits", struct report, machine_findings.items, machine_findings.count, &json_finding_shape),
    JSON_OPTIONAL_OBJECT("own_usage", struct report, own_usage, &own_usage_shape),
};

static bool settle_report(struct json_reader *reader, void *object)
{
    const struct report *report = object;

    if (report->version == NULL || report->started == NULL)
        return json_cursor_fail(&reader->cursor, "it is not said which leakwatch wrote this, or when");
    if (report->baseline && report->baseline->file == NULL)
        return json_cursor_fail(&reader->cursor, "it is not said what the baseline is");
    return true;
}
static const struct json_shape report_shape = JSON_SHAPE(report_fields, settle_report);

int report_read_json(FILE *stream, struct report *report, char **error)
{
    struct json_reader reader = {0};

    *report = (struct report){.names = report_names_create()};
    reader.names = report->names;
    json_cursor_init(&reader.cursor, stream);
    bool done = json_read_shape(&reader, &report_shape, report) && json_cursor_end(&reader.cursor);
    if (!done) {
        *error = reader.cursor.error;
        reader.cursor.error = NULL;
        report_finish(report);
    }
    json_cursor_finish(&reader.cursor);
    json_reader_finish_frames(&reader);
    return done ? 0 : -EINVAL;
}
