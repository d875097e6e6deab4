/* SPDX-License-Identifier: MIT
 * What `leakwatch diff` found, as JSON, version 1; diff-schema.json says what each member means. */
#include "report/diff_report.h"

#include <errno.h>

#include "model/report_diff.h"
#include "report/encoding/json_text.h"
#include "json_parts.h"
#include "json_words.h"

static json_t *side_of(const char *path, const struct report *report)
{
    json_t *object = json_object();

    json_add_text(object, "file", path);
    json_add_text(object, "started", report->started);
    json_add_text(object, "verdict", report->verdict);
    json_add_kinds(object, report->total);
    json_add_number(object, "not_fully_seen", report_count_not_seen(report));
    return object;
}

static json_t *counts_of(const struct report_diff *diff)
{
    json_t *object = json_object();

    for (enum diff_subject subject = 0; subject < DIFF_SUBJECTS; subject++) {
        json_t *counts = json_object();
        for (enum diff_change change = 0; change < DIFF_CHANGES; change++)
            json_add_number(counts, diff_change_name(change), diff->changes[subject][change]);
        json_object_set_new(object, diff_subject_name(subject), counts);
    }
    return object;
}

static json_t *amount_of(struct leak_amount amount)
{
    json_t *object = json_object();

    json_add_number(object, "count", amount.blocks);
    json_add_number(object, "bytes", amount.bytes);
    return object;
}

static void write_finding(struct json_writer *writer, size_t index, const struct diff_finding *finding)
{
    json_t *object = json_object();

    json_object_set_new(object, "change", json_string(diff_change_name(finding->change)));
    json_object_set_new(object, "subject", json_string(diff_subject_name(finding->subject)));
    if (finding->subject == DIFF_LEAK)
        json_add_kind(object, "kind", finding->kind);
    else if (finding->what)
        json_add_text(object, "kind", finding->what);
    json_add_fingerprint(object, finding->fingerprint);
    json_object_set_new(object, "before", amount_of(finding->before));
    json_object_set_new(object, "after", amount_of(finding->after));
    if (finding->stack->content)
        json_add_text(object, "content", finding->stack->content);
    json_write_element(writer, index);
    json_write_members(writer, object);
    json_write_stack(writer, "stack", finding->stack);
    json_write_text(writer, "}");
}

int diff_write_json(const struct compared_reports *compared, const struct report_view *view, FILE *stream)
{
    struct json_writer writer = {.stream = stream};
    const struct report_diff *diff = compared->diff;
    json_t *head = json_object();

    errno = 0;
    json_object_set_new(head, "format", json_string("leakwatch-diff"));
    json_object_set_new(head, "version", json_integer(1));
    json_add_text(head, "leakwatch", compared->version);
    json_object_set_new(head, "worse", json_boolean(report_diff_is_worse(diff)));
    json_object_set_new(head, "old", side_of(compared->before_path, compared->before));
    json_object_set_new(head, "new", side_of(compared->after_path, compared->after));
    json_object_set_new(head, "counts", counts_of(diff));
    json_write_text(&writer, "{");
    json_write_members(&writer, head);
    json_write_text(&writer, ",\n\"findings\":[");
    for (size_t i = 0; i < diff->count; i++)
        write_finding(&writer, i, &diff->findings[i]);
    json_write_text(&writer, "]}\n");
    json_writer_finish(&writer);
    if (fflush(stream) != 0 || ferror(stream))
        return errno ? -errno : -EIO;
    return writer.failed ? -ENOMEM : 0;
}
