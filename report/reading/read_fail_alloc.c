/* SPDX-License-Identifier: MIT
 * What came of failing allocations, of a saved report. */
#include "model/fail_alloc.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "read_parts.h"

/* ---- A run ---- */

static const struct json_field end_fields[] = {
    JSON_WORD("how", struct fail_run, end, &json_process_ends),
    JSON_OPTIONAL("status", struct fail_run, status),
    {.name = "signal", .read = json_read_signal, .offset = offsetof(struct fail_run, signal), .optional = true},
    JSON_OPTIONAL("core_dumped", struct fail_run, core_dumped),
    JSON_VALUE("oom_killed", struct fail_run, oom_killed),
};

static bool settle_end(struct json_reader *reader, void *object)
{
    const struct fail_run *ended = object;

    return ended->end != END_SIGNAL || ended->signal != 0 || json_cursor_fail(&reader->cursor, "member 'signal' is missing");
}
static const struct json_shape end_shape = JSON_SHAPE(end_fields, settle_end);

static const struct json_field totals_fields[] = {JSON_KINDS(struct fail_run, total)};
static const struct json_shape totals_shape = JSON_SHAPE(totals_fields, NULL);

static const struct json_field failures_fields[] = {
    JSON_VALUE("count", struct report_failures, made),
    JSON_VALUE("bytes", struct report_failures, bytes),
    JSON_STACK("stack", struct report_failures, stack),
};
static const struct json_shape failures_shape = JSON_SHAPE(failures_fields, NULL);

/* null: none has failed. */
static bool read_failures(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_shape(reader, &failures_shape, member);
}

static const struct json_field run_fields[] = {
    JSON_VALUE("n", struct fail_run, number),
    JSON_WORD("outcome", struct fail_run, outcome, &json_fail_outcomes),
    JSON_PART("end", &end_shape),
    {.name = "crash_signal", .read = json_read_signal, .offset = offsetof(struct fail_run, crash_signal)},
    JSON_VALUE("crash_in_child", struct fail_run, crash_in_child),
    JSON_PART("leaks", &totals_shape),
    {.name = "failed", .read = read_failures, .offset = offsetof(struct fail_run, failures)},
    JSON_LIST("records", struct fail_run, leaks, leak_count, &json_leak_shape),
    JSON_LIST("errors", struct fail_run, errors, error_count, &json_error_shape),
};
static const struct json_shape run_shape = JSON_SHAPE(run_fields, NULL);

/* ---- Groups ---- */

/* JSON names runs by their numbers, which settle() turns into indices once all runs are known. */
static bool read_numbers(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct fail_group *group = member;
    size_t capacity = 0;
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        uint64_t number = 0;
        if (!json_read_u64(reader, field, &number))
            return false;
        group->runs = xgrow(group->runs, &capacity, group->count + 1, sizeof *group->runs);
        group->runs[group->count++] = number;
    }
    return !reader->cursor.error;
}

static const struct json_field group_fields[] = {
    JSON_VALUE("worst", struct fail_group, worst),
    {.name = "runs", .read = read_numbers},
};

static bool settle_group(struct json_reader *reader, void *object)
{
    const struct fail_group *group = object;

    return group->count > 0 || json_cursor_fail(&reader->cursor, "a group has no runs");
}
static const struct json_shape group_shape = JSON_SHAPE(group_fields, settle_group);

static int compare_numbers(const void *key, const void *element)
{
    const uint64_t number = *(const size_t *)key;
    const struct fail_run *run = element;

    return number < run->number ? -1 : number > run->number;
}

static bool number_to_index(struct json_reader *reader, const struct fail_alloc *fail_alloc, size_t *number)
{
    const struct fail_run *run =
        bsearch(number, fail_alloc->runs, fail_alloc->run_count, sizeof *fail_alloc->runs, compare_numbers);

    if (run == NULL)
        return json_cursor_fail(&reader->cursor, "a group has a run %zu, which is not there", *number);
    *number = (size_t)(run - fail_alloc->runs);
    return true;
}

/* ---- All of it ---- */

static bool read_last(struct json_reader *reader, uint64_t *last)
{
    *last = UINT64_MAX;
    return json_read_null(reader) || json_read_u64(reader, NULL, last);
}

/* Two numbers; null in place of the second: there is no last one. */
static bool read_range(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct fail_alloc *fail_alloc = member;
    struct json_items items;
    size_t count = 0;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        bool done =
            count == 0 ? json_read_u64(reader, field, &fail_alloc->first) : count == 1 && read_last(reader, &fail_alloc->last);
        if (!done)
            return json_cursor_fail(&reader->cursor, "two numbers are expected here");
        count++;
    }
    return count == 2 || json_cursor_fail(&reader->cursor, "two numbers are expected here");
}

static bool read_outcomes(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct fail_alloc *fail_alloc = member;
    struct json_items items;
    uint64_t number = 0;

    if (!json_cursor_enter(&reader->cursor, '{', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        const char *name = json_cursor_name(&reader->cursor);
        if (name == NULL || !json_read_u64(reader, field, &number))
            return false;
        int outcome = json_word_value(&json_fail_outcomes, name);
        if (outcome >= 0)
            fail_alloc->outcomes[outcome] = number;
    }
    return !reader->cursor.error;
}

static const struct json_field fail_alloc_fields[] = {
    {.name = "range", .read = read_range},
    JSON_VALUE("each", struct fail_alloc, each),
    JSON_VALUE("allocations", struct fail_alloc, allocations),
    JSON_WORD("stopped", struct fail_alloc, stopped, &json_fail_stops),
    JSON_VALUE("error_count", struct fail_alloc, error_count),
    {.name = "outcomes", .read = read_outcomes},
    JSON_LIST("groups", struct fail_alloc, groups, group_count, &group_shape),
    JSON_LIST("runs", struct fail_alloc, runs, run_count, &run_shape),
};

static bool settle(struct json_reader *reader, void *object)
{
    struct fail_alloc *fail_alloc = object;

    for (size_t i = 1; i < fail_alloc->run_count; i++)
        if (fail_alloc->runs[i].number <= fail_alloc->runs[i - 1].number)
            return json_cursor_fail(&reader->cursor, "the runs are not in the order of their numbers");
    for (size_t i = 0; i < fail_alloc->group_count; i++) {
        struct fail_group *group = &fail_alloc->groups[i];
        for (size_t k = 0; k < group->count; k++)
            if (!number_to_index(reader, fail_alloc, &group->runs[k]))
                return false;
        if (!number_to_index(reader, fail_alloc, &group->worst))
            return false;
    }
    return true;
}
static const struct json_shape fail_alloc_shape = JSON_SHAPE(fail_alloc_fields, settle);

bool json_read_fail_alloc(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct fail_alloc **fail_alloc = member;

    *fail_alloc = xcalloc(1, sizeof **fail_alloc);
    return json_read_shape(reader, &fail_alloc_shape, *fail_alloc);
}
