/* SPDX-License-Identifier: MIT
 * Where the memory of a process is, of a saved report. What json_memory.c says of fragmentation follows from the rest. */
#include <stdio.h>
#include <string.h>

#include "read_parts.h"

/* ---- The allocator ---- */

static const struct json_field pin_fields[] = {
    JSON_ADDRESS("address", struct report_arena, usage.pin_address),
    JSON_VALUE("bytes", struct report_arena, usage.pin_size),
    JSON_VALUE("distance_bytes", struct report_arena, usage.pin_distance),
    JSON_OPTIONAL("content", struct report_arena, pin_stack.content),
    JSON_STACK("stack", struct report_arena, pin_stack),
};
static const struct json_shape pin_shape = JSON_SHAPE(pin_fields, NULL);

static const struct json_field resident_fields[] = {
    JSON_VALUE("live_bytes", struct report_arena, usage.resident_live),
    JSON_VALUE("cached_bytes", struct report_arena, usage.resident_cached),
    JSON_VALUE("free_bytes", struct report_arena, usage.resident_free),
    JSON_VALUE("allocator_bytes", struct report_arena, usage.resident_allocator),
    JSON_VALUE("returnable_bytes", struct report_arena, usage.returnable),
};
static const struct json_shape resident_shape = JSON_SHAPE(resident_fields, NULL);

static const struct json_field arena_live_fields[] = {
    JSON_VALUE("blocks", struct report_arena, usage.live_blocks),
    JSON_VALUE("bytes", struct report_arena, usage.live),
};
static const struct json_shape arena_live_shape = JSON_SHAPE(arena_live_fields, NULL);

static const struct json_field arena_fields[] = {
    JSON_ADDRESS("address", struct report_arena, usage.address),
    JSON_VALUE("main", struct report_arena, usage.main),
    JSON_VALUE("left_out", struct report_arena, usage.left_out),
    JSON_VALUE("system_bytes", struct report_arena, usage.system),
    JSON_PART("live", &arena_live_shape),
    JSON_VALUE("cached_bytes", struct report_arena, usage.cached),
    JSON_VALUE("binned_bytes", struct report_arena, usage.binned),
    JSON_VALUE("top_bytes", struct report_arena, usage.top),
    JSON_OPTIONAL_PART("resident", &resident_shape),
    JSON_OPTIONAL_PART("pin", &pin_shape),
};
static const struct json_shape arena_shape = JSON_SHAPE(arena_fields, NULL);

static bool read_returnable(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct heap_usage *usage = member;

    usage->returnable_known = true;
    return json_read_u64(reader, field, &usage->returnable);
}

static const struct json_field usage_fields[] = {
    JSON_VALUE("arenas", struct report_process, usage.arenas),
    JSON_VALUE("system_bytes", struct report_process, usage.system),
    JSON_VALUE("live_bytes", struct report_process, usage.live),
    JSON_VALUE("cached_bytes", struct report_process, usage.cached),
    JSON_VALUE("binned_bytes", struct report_process, usage.binned),
    JSON_VALUE("top_bytes", struct report_process, usage.top),
    JSON_VALUE("mapped_bytes", struct report_process, usage.mapped),
    {.name = "returnable_bytes", .read = read_returnable, .offset = offsetof(struct report_process, usage), .optional = true},
    JSON_LIST("by_arena", struct report_process, arenas, arena_count, &arena_shape),
};

static bool settle_usage(struct json_reader *reader, void *object)
{
    struct report_process *process = object;

    process->usage.known = true;
    return true;
}
const struct json_shape json_usage_shape = JSON_SHAPE(usage_fields, settle_usage);

/* ---- The process ---- */

/* A number for each kind of memory, and what is not counted. */
static bool read_resident(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct memory_usage *memory = member;
    struct json_items items;
    bool done = true;

    if (!json_cursor_enter(&reader->cursor, '{', &items))
        return false;
    while (done && json_cursor_next(&reader->cursor, &items)) {
        const char *name = json_cursor_name(&reader->cursor);
        int kind = name ? json_word_value(&json_memory_kinds, name) : -1;
        if (name == NULL)
            break;
        if (kind >= 0)
            done = json_read_u64(reader, field, &memory->resident[kind]);
        else if (strcmp(name, "uncounted_bytes") == 0)
            done = json_read_i64(reader, field, &memory->uncounted);
        else
            done = json_cursor_skip(&reader->cursor);
    }
    return !reader->cursor.error;
}

static bool read_mapping_name(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct own_mapping *own = member;
    const char *name = NULL;

    if (!json_read_name(reader, field, &name))
        return false;
    snprintf(own->name, sizeof own->name, "%s", name ? name : "");
    return true;
}

static bool replace_mapping_name(struct json_reader *reader, const json_t *encoded, void *member)
{
    struct own_mapping *own = member;
    const char *name = NULL;

    if (!json_replace_name(reader, encoded, &name))
        return false;
    snprintf(own->name, sizeof own->name, "%s", name);
    return true;
}

static const struct json_field own_mapping_fields[] = {
    JSON_ADDRESS("address", struct own_mapping, start),
    JSON_VALUE("bytes", struct own_mapping, end), /* settle_own_mapping() adds the start */
    JSON_VALUE("resident_bytes", struct own_mapping, resident),
    {.name = "name", .read = read_mapping_name, .optional = true, .replace = replace_mapping_name},
};

static bool settle_own_mapping(struct json_reader *reader, void *object)
{
    struct own_mapping *own = object;

    own->end += own->start;
    return true;
}
static const struct json_shape own_mapping_shape = JSON_SHAPE(own_mapping_fields, settle_own_mapping);

static const struct json_field memory_fields[] = {
    JSON_VALUE("rss_bytes", struct report_process, memory.rss),
    JSON_VALUE("swapped_bytes", struct report_process, memory.swapped),
    JSON_VALUE("huge_pages_bytes", struct report_process, memory.huge_pages),
    JSON_VALUE("page_tables_bytes", struct report_process, memory.page_tables),
    {.name = "resident", .read = read_resident, .offset = offsetof(struct report_process, memory)},
    JSON_VALUE("own_mappings", struct report_process, memory.own_total),
    JSON_ARRAY("largest_own_mappings", struct report_process, memory.own, memory.own_count, &own_mapping_shape, OWN_MAPPINGS_KEPT),
    JSON_OPTIONAL_LABEL("undivided_reason", struct report_process, memory.undivided),
    JSON_OPTIONAL_LABEL("allocator", struct report_process, memory.allocator),
    JSON_OPTIONAL_LABEL("runtime", struct report_process, memory.runtime),
};

static bool settle_memory(struct json_reader *reader, void *object)
{
    struct report_process *process = object;

    process->memory.known = true;
    return true;
}
const struct json_shape json_memory_shape = JSON_SHAPE(memory_fields, settle_memory);
