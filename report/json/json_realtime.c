/* SPDX-License-Identifier: MIT */
#include "json_realtime.h"

#include "report/encoding/json_text.h"
#include "json_findings.h"
#include "json_words.h"

/* null: its real-time part did not begin. */
static json_t *start_of(const struct realtime_sums *sums)
{
    json_t *object = json_object();

    if (sums->start == REALTIME_NOT_BEGUN) {
        json_decref(object);
        return json_null();
    }
    json_object_set_new(object, "by", json_string(json_word(&json_realtime_starts, sums->start)));
    json_add_text(object, "name", sums->start_name);
    json_object_set_new(object, "thread", json_integer(sums->started_by));
    json_add_number(object, "at_ns", sums->started_ns);
    return object;
}

/* null: nothing is known of them. */
static json_t *faults_of(const struct realtime_sums *sums)
{
    json_t *object = json_object();

    if (!sums->minor_faults.known) {
        json_decref(object);
        return json_null();
    }
    json_add_number(object, "minor", sums->minor_faults.value);
    json_add_number(object, "major", sums->major_faults.value);
    json_add_number(object, "placed", sums->placed_faults);
    json_add_number(object, "own", sums->own_faults);
    json_object_set_new(object, "within_calls", json_boolean(!sums->without_kernel));
    json_object_set_new(object, "with_locking", json_boolean(sums->by_process_files));
    return object;
}

static json_t *threads_of(const struct report_realtime *realtime)
{
    json_t *array = json_array();

    for (size_t i = 0; i < realtime->thread_count; i++) {
        const struct realtime_thread *thread = &realtime->threads[i];
        json_t *object = json_object();
        json_object_set_new(object, "tid", json_integer(thread->tid));
        json_add_text(object, "name", thread->name);
        json_object_set_new(object, "policy", json_string(thread->policy));
        json_add_number(object, "priority", thread->priority);
        json_add_text(object, "cpus", thread->cpus);
        json_array_append_new(array, object);
    }
    return array;
}

void json_realtime(struct json_writer *writer, const struct report_realtime *realtime)
{
    json_t *object = json_object();

    if (!realtime->sums.audited) {
        json_decref(object);
        return;
    }
    json_object_set_new(object, "start", start_of(&realtime->sums));
    json_object_set_new(object, "faults", faults_of(&realtime->sums));
    json_object_set_new(object, "threads", threads_of(realtime));
    json_write_text(writer, ",\n\"realtime\":{");
    json_write_members(writer, object);
    json_findings(writer, &realtime->findings);
    json_write_text(writer, "}");
}
