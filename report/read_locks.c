/* SPDX-License-Identifier: MIT
 * Locked memory, of a saved report. */
#include "read_parts.h"

static const struct json_field memory_fields[] = {
    JSON_WORD("way", struct report_locked_memory, way, &json_lock_ways),
    JSON_VALUE("on_fault", struct report_locked_memory, on_fault),
    JSON_VALUE("bytes", struct report_locked_memory, bytes),
    JSON_VALUE("ranges", struct report_locked_memory, ranges),
    JSON_STACK("stack", struct report_locked_memory, stack),
};
static const struct json_shape memory_shape = JSON_SHAPE(memory_fields, NULL);

static const struct json_field segment_fields[] = {
    JSON_VALUE("id", struct report_locked_segment, id),
    JSON_OPTIONAL("bytes", struct report_locked_segment, bytes),
    JSON_STACK("stack", struct report_locked_segment, stack),
};
static const struct json_shape segment_shape = JSON_SHAPE(segment_fields, NULL);

/* One of the stacks of a finding, which the model has in two arrays. */
struct role_stack {
    enum lock_role role;
    struct report_stack stack;
};
static const struct json_field role_fields[] = {
    JSON_WORD("role", struct role_stack, role, &json_lock_roles),
    JSON_STACK("stack", struct role_stack, stack),
};
static const struct json_shape role_shape = JSON_SHAPE(role_fields, NULL);

static bool read_stacks(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_lock_finding *finding = member;
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        struct role_stack one = {0};
        if (finding->stack_count == LOCK_STACKS_MAX)
            return json_cursor_fail(&reader->cursor, "more than %d stacks", LOCK_STACKS_MAX);
        if (!json_read_shape(reader, &role_shape, &one))
            return false;
        finding->roles[finding->stack_count] = one.role;
        finding->stacks[finding->stack_count++] = one.stack;
    }
    return !reader->cursor.error;
}

static const struct json_field finding_fields[] = {
    JSON_LABEL("id", struct report_lock_finding, id),
    JSON_WORD("severity", struct report_lock_finding, severity, &json_severities),
    JSON_VALUE("what", struct report_lock_finding, what),
    JSON_VALUE("numbers", struct report_lock_finding, numbers),
    JSON_LABEL("remedy", struct report_lock_finding, remedy),
    JSON_VALUE("count", struct report_lock_finding, count),
    {.name = "stacks", .read = read_stacks},
};

static bool settle_finding(struct json_reader *reader, void *object)
{
    const struct report_lock_finding *finding = object;

    if (finding->what == NULL || finding->numbers == NULL)
        return json_cursor_fail(&reader->cursor, "a finding does not say what it found");
    return true;
}
static const struct json_shape finding_shape = JSON_SHAPE(finding_fields, settle_finding);

/* A limit that is none has no number of bytes. */
static bool read_unlimited(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct known *limit = member;
    bool unlimited = false;

    if (!json_read_bool(reader, field, &unlimited))
        return false;
    if (unlimited)
        *limit = known_value(KNOWN_UNLIMITED);
    return true;
}

/* Those from "calls" on are only there if something was locked. */
static const struct json_field locks_fields[] = {
    JSON_VALUE("tracked", struct report_locks, sums.tracked),
    JSON_VALUE("used", struct report_locks, sums.used),
    JSON_OPTIONAL("calls", struct report_locks, sums.calls),
    JSON_OPTIONAL("failures", struct report_locks, sums.failures),
    JSON_OPTIONAL("bytes", struct report_locks, sums.bytes),
    JSON_OPTIONAL("peak_bytes", struct report_locks, sums.peak_bytes),
    JSON_OPTIONAL("on_fault_bytes", struct report_locks, sums.on_fault_bytes),
    JSON_OPTIONAL("absent_bytes", struct report_locks, sums.absent_bytes),
    JSON_OPTIONAL("kernel_bytes", struct report_locks, sums.kernel_bytes),
    JSON_OPTIONAL("own_bytes", struct report_locks, sums.own_bytes),
    JSON_OPTIONAL("limit_bytes", struct report_locks, sums.limit),
    {.name = "unlimited", .read = read_unlimited, .offset = offsetof(struct report_locks, sums.limit), .optional = true},
    JSON_OPTIONAL("privileged", struct report_locks, sums.privileged),
    JSON_OPTIONAL("future", struct report_locks, sums.future),
    JSON_OPTIONAL_LIST("memory", struct report_locks, memory, memory_count, &memory_shape),
    JSON_OPTIONAL_LIST("segments", struct report_locks, segments, segment_count, &segment_shape),
    JSON_OPTIONAL_LIST("findings", struct report_locks, findings, finding_count, &finding_shape),
};
const struct json_shape json_locks_shape = JSON_SHAPE(locks_fields, NULL);
