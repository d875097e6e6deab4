/* SPDX-License-Identifier: MIT
 * Audits of real time, of a saved report. */
#include "read_parts.h"

static const struct json_field start_fields[] = {
    JSON_WORD("by", struct realtime_sums, start, &json_realtime_starts),
    {.name = "name", .read = json_read_label_or_null, .offset = offsetof(struct realtime_sums, start_name)},
    JSON_VALUE("thread", struct realtime_sums, started_by),
    JSON_VALUE("at_ns", struct realtime_sums, started_ns),
};

static bool settle_start(struct json_reader *reader, void *object)
{
    const struct realtime_sums *sums = object;
    const bool named = sums->start == REALTIME_BY_CALL || sums->start == REALTIME_BY_SIGNAL;

    return !named || sums->start_name || json_cursor_fail(&reader->cursor, "it is not said what it began with");
}
static const struct json_shape start_shape = JSON_SHAPE(start_fields, settle_start);

static bool read_calls_seen(struct json_reader *reader, const struct json_field *field, void *member)
{
    bool *unseen = member, seen = false;

    if (!json_read_bool(reader, field, &seen))
        return false;
    *unseen = !seen;
    return true;
}

static const struct json_field faults_fields[] = {
    JSON_VALUE("minor", struct realtime_sums, minor_faults),
    JSON_VALUE("major", struct realtime_sums, major_faults),
    JSON_VALUE("placed", struct realtime_sums, placed_faults),
    JSON_VALUE("own", struct realtime_sums, own_faults),
    {.name = "within_calls", .read = read_calls_seen, .offset = offsetof(struct realtime_sums, without_kernel)},
    JSON_VALUE("with_locking", struct realtime_sums, by_process_files),
};
static const struct json_shape faults_shape = JSON_SHAPE(faults_fields, NULL);

/* The detail is the shape. */
static bool read_object_or_null(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_object(reader, field, member);
}

static const struct json_field thread_fields[] = {
    JSON_VALUE("tid", struct realtime_thread, tid),       JSON_VALUE("name", struct realtime_thread, name),
    JSON_LABEL("policy", struct realtime_thread, policy), JSON_VALUE("priority", struct realtime_thread, priority),
    JSON_VALUE("cpus", struct realtime_thread, cpus),
};

static bool settle_thread(struct json_reader *reader, void *object)
{
    const struct realtime_thread *thread = object;

    return (thread->name && thread->cpus) || json_cursor_fail(&reader->cursor, "a thread lacks a name or processors");
}
static const struct json_shape thread_shape = JSON_SHAPE(thread_fields, settle_thread);

static const struct json_field realtime_fields[] = {
    {"start", read_object_or_null, offsetof(struct report_realtime, sums), &start_shape},
    {"faults", read_object_or_null, offsetof(struct report_realtime, sums), &faults_shape},
    JSON_LIST("threads", struct report_realtime, threads, thread_count, &thread_shape),
    JSON_LIST("findings", struct report_realtime, findings.items, findings.count, &json_stack_finding_shape),
};

static bool settle_realtime(struct json_reader *reader, void *object)
{
    struct report_realtime *realtime = object;

    realtime->sums.audited = true;
    return true;
}
const struct json_shape json_realtime_shape = JSON_SHAPE(realtime_fields, settle_realtime);
