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
    JSON_OPTIONAL_LIST("findings", struct report_locks, findings.items, findings.count, &json_stack_finding_shape),
};
const struct json_shape json_locks_shape = JSON_SHAPE(locks_fields, NULL);
