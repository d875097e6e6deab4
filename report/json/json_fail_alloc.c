/* SPDX-License-Identifier: MIT */
#include "json_fail_alloc.h"

#include "report/encoding/json_text.h"
#include "report/encoding/signal_name.h"
#include "json_words.h"

static json_t *range_of(const struct fail_alloc *fail_alloc)
{
    json_t *range = json_array();

    json_array_append_new(range, json_integer((json_int_t)fail_alloc->first));
    json_array_append_new(range, fail_alloc->last == UINT64_MAX ? json_null() : json_integer((json_int_t)fail_alloc->last));
    return range;
}

static void write_failed(struct json_writer *writer, const struct report_failures *failures)
{
    json_t *object = json_object();

    json_add_number(object, "count", failures->made);
    json_add_number(object, "bytes", failures->bytes);
    json_write_text(writer, ",\"failed\":{");
    json_write_members(writer, object);
    json_write_stack(writer, "stack", &failures->stack);
    json_write_text(writer, "}");
}

static void write_findings(struct json_writer *writer, const struct fail_run *run)
{
    json_write_text(writer, ",\"records\":[");
    for (size_t i = 0; i < run->leak_count; i++) {
        json_write_element(writer, i);
        json_write_leak(writer, &run->leaks[i]);
    }
    json_write_text(writer, "],\"errors\":[");
    for (size_t i = 0; i < run->error_count; i++) {
        json_write_element(writer, i);
        json_write_error(writer, &run->errors[i]);
    }
    json_write_text(writer, "]}");
}

static void write_run(struct json_writer *writer, const struct fail_run *run)
{
    json_t *object = json_object(), *leaks = json_object();
    struct json_end end = {run->end, run->status, run->signal, run->core_dumped, run->oom_killed};
    char name[SIGNAL_NAME_SIZE];

    json_add_number(object, "n", run->number);
    json_object_set_new(object, "outcome", json_string(json_word(&json_fail_outcomes, run->outcome)));
    json_object_set_new(object, "end", json_end(&end));
    json_add_text(object, "crash_signal", run->crash_signal ? report_signal_name(run->crash_signal, name) : NULL);
    json_object_set_new(object, "crash_in_child", json_boolean(run->crash_in_child));
    json_add_kinds(leaks, run->total);
    json_object_set_new(object, "leaks", leaks);
    json_write_members(writer, object);
    if (run->failures.made > 0)
        write_failed(writer, &run->failures);
    else
        json_write_text(writer, ",\"failed\":null");
    write_findings(writer, run);
}

static json_t *groups_of(const struct fail_alloc *fail_alloc)
{
    json_t *groups = json_array();

    for (size_t i = 0; i < fail_alloc->group_count; i++) {
        const struct fail_group *group = &fail_alloc->groups[i];
        json_t *object = json_object(), *numbers = json_array();
        for (size_t k = 0; k < group->count; k++)
            json_array_append_new(numbers, json_integer((json_int_t)fail_alloc->runs[group->runs[k]].number));
        json_object_set_new(object, "outcome", json_string(json_word(&json_fail_outcomes, fail_alloc->runs[group->worst].outcome)));
        json_object_set_new(object, "runs", numbers);
        json_add_number(object, "worst", fail_alloc->runs[group->worst].number);
        json_array_append_new(groups, object);
    }
    return groups;
}

static json_t *head_of(const struct fail_alloc *fail_alloc)
{
    json_t *object = json_object(), *counts = json_object();

    json_object_set_new(object, "range", range_of(fail_alloc));
    json_object_set_new(object, "each", json_boolean(fail_alloc->each));
    json_add_number(object, "allocations", fail_alloc->allocations);
    json_object_set_new(object, "stopped", json_string(json_word(&json_fail_stops, fail_alloc->stopped)));
    json_add_number(object, "error_count", fail_alloc->error_count);
    for (size_t i = 0; i < FAIL_OUTCOMES; i++)
        json_add_number(counts, json_word(&json_fail_outcomes, (unsigned)i), fail_alloc->outcomes[i]);
    json_object_set_new(object, "outcomes", counts);
    json_object_set_new(object, "groups", groups_of(fail_alloc));
    return object;
}

void json_fail_alloc(struct json_writer *writer, const struct fail_alloc *fail_alloc)
{
    if (fail_alloc == NULL)
        return;
    json_write_text(writer, "\"fail_alloc\":{");
    json_write_members(writer, head_of(fail_alloc));
    json_write_text(writer, ",\n\"runs\":[");
    for (size_t i = 0; i < fail_alloc->run_count; i++) {
        json_write_element(writer, i);
        write_run(writer, &fail_alloc->runs[i]);
    }
    json_write_text(writer, "]},\n");
}
