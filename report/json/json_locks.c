/* SPDX-License-Identifier: MIT */
#include "json_locks.h"

#include "report/encoding/json_text.h"
#include "json_findings.h"
#include "json_words.h"

static json_t *sums_of(const struct lock_sums *sums)
{
    json_t *object = json_object();

    json_object_set_new(object, "tracked", json_boolean(sums->tracked));
    json_object_set_new(object, "used", json_boolean(sums->used));
    if (!sums->used)
        return object;
    json_add_number(object, "calls", sums->calls);
    json_add_number(object, "failures", sums->failures);
    json_add_number(object, "bytes", sums->bytes);
    json_add_number(object, "peak_bytes", sums->peak_bytes);
    json_add_number(object, "on_fault_bytes", sums->on_fault_bytes);
    json_add_known(object, "absent_bytes", sums->absent_bytes);
    json_add_known(object, "kernel_bytes", sums->kernel_bytes);
    json_add_number(object, "own_bytes", sums->own_bytes);
    json_add_known(object, "limit_bytes", sums->limit);
    if (sums->limit.known)
        json_object_set_new(object, "unlimited", json_boolean(!known_limits(sums->limit)));
    json_object_set_new(object, "privileged", json_boolean(sums->privileged));
    json_object_set_new(object, "future", json_boolean(sums->future));
    return object;
}

static void write_memory(struct json_writer *writer, const struct report_locks *locks)
{
    json_write_text(writer, ",\"memory\":[");
    for (size_t i = 0; i < locks->memory_count; i++) {
        const struct report_locked_memory *memory = &locks->memory[i];
        json_t *object = json_object();
        json_object_set_new(object, "way", json_string(json_word(&json_lock_ways, memory->way)));
        json_object_set_new(object, "on_fault", json_boolean(memory->on_fault));
        json_add_number(object, "bytes", memory->bytes);
        json_add_number(object, "ranges", memory->ranges);
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_write_stack(writer, "stack", &memory->stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
}

static void write_segments(struct json_writer *writer, const struct report_locks *locks)
{
    json_write_text(writer, ",\"segments\":[");
    for (size_t i = 0; i < locks->segment_count; i++) {
        const struct report_locked_segment *segment = &locks->segments[i];
        json_t *object = json_object();
        json_object_set_new(object, "id", json_integer(segment->id));
        json_add_known(object, "bytes", segment->bytes);
        json_write_element(writer, i);
        json_write_members(writer, object);
        json_write_stack(writer, "stack", &segment->stack);
        json_write_text(writer, "}");
    }
    json_write_text(writer, "]");
}

void json_locks(struct json_writer *writer, const struct report_locks *locks)
{
    json_write_text(writer, ",\n\"locks\":{");
    json_write_members(writer, sums_of(&locks->sums));
    if (locks->sums.used) {
        write_memory(writer, locks);
        write_segments(writer, locks);
        json_findings(writer, &locks->findings);
    }
    json_write_text(writer, "}");
}
