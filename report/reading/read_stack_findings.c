/* SPDX-License-Identifier: MIT
 * Findings with stacks, of a saved report. */
#include "read_parts.h"

/* One of the stacks of a finding, which the model has in two arrays. */
struct role_stack {
    enum finding_role role;
    struct report_stack stack;
};
static const struct json_field role_fields[] = {
    JSON_WORD("role", struct role_stack, role, &json_finding_roles),
    JSON_STACK("stack", struct role_stack, stack),
};
static const struct json_shape role_shape = JSON_SHAPE(role_fields, NULL);

static bool read_stacks(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_finding *finding = member;
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        struct role_stack one = {0};
        if (finding->stack_count == FINDING_STACKS_MAX)
            return json_cursor_fail(&reader->cursor, "more than %d stacks", FINDING_STACKS_MAX);
        if (!json_read_shape(reader, &role_shape, &one))
            return false;
        finding->roles[finding->stack_count] = one.role;
        finding->stacks[finding->stack_count++] = one.stack;
    }
    return !reader->cursor.error;
}

static const struct json_field finding_fields[] = {
    JSON_LABEL("id", struct report_finding, id),
    JSON_WORD("severity", struct report_finding, severity, &json_severities),
    JSON_VALUE("what", struct report_finding, what),
    JSON_VALUE("numbers", struct report_finding, numbers),
    JSON_LABEL("remedy", struct report_finding, remedy),
    JSON_VALUE("count", struct report_finding, count),
    {"baseline", json_read_word, offsetof(struct report_finding, novelty), &json_novelties, .optional = true},
    {.name = "stacks", .read = read_stacks},
};

static bool settle_finding(struct json_reader *reader, void *object)
{
    const struct report_finding *finding = object;

    if (finding->what == NULL || finding->numbers == NULL)
        return json_cursor_fail(&reader->cursor, "a finding does not say what it found");
    return true;
}
const struct json_shape json_stack_finding_shape = JSON_SHAPE(finding_fields, settle_finding);
