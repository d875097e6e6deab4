/* SPDX-License-Identifier: MIT */
#include "json_memory.h"

#include "report/encoding/json_text.h"
#include "json_parts.h"
#include "json_words.h"

static json_t *pin_of(const struct report_arena *arena)
{
    json_t *object = json_object();

    json_add_address(object, "address", arena->usage.pin_address);
    json_add_number(object, "bytes", arena->usage.pin_size);
    json_add_number(object, "distance_bytes", arena->usage.pin_distance);
    if (arena->pin_stack.content != NULL)
        json_add_text(object, "content", arena->pin_stack.content);
    json_object_set_new(object, "stack", json_stack(&arena->pin_stack));
    return object;
}

static json_t *resident_of(const struct arena_usage *usage)
{
    json_t *object = json_object();

    json_add_number(object, "live_bytes", usage->resident_live);
    json_add_number(object, "cached_bytes", usage->resident_cached);
    json_add_number(object, "free_bytes", usage->resident_free);
    json_add_number(object, "allocator_bytes", usage->resident_allocator);
    json_add_number(object, "returnable_bytes", usage->returnable);
    return object;
}

static json_t *arena_of(const struct report_arena *arena, bool resident_known)
{
    const struct arena_usage *usage = &arena->usage;
    json_t *object = json_object();

    json_add_address(object, "address", usage->address);
    json_object_set_new(object, "main", json_boolean(usage->main));
    json_object_set_new(object, "left_out", json_boolean(usage->left_out));
    json_add_number(object, "system_bytes", usage->system);
    json_object_set_new(object, "live", json_amount((struct leak_amount){usage->live_blocks, usage->live}));
    json_add_number(object, "cached_bytes", usage->cached);
    json_add_number(object, "binned_bytes", usage->binned);
    json_add_number(object, "top_bytes", usage->top);
    if (resident_known)
        json_object_set_new(object, "resident", resident_of(usage));
    if (usage->pin_address != 0)
        json_object_set_new(object, "pin", pin_of(arena));
    return object;
}

json_t *json_heap_usage(const struct report_process *process)
{
    const struct heap_usage *usage = &process->usage;
    json_t *object = json_object(), *arenas = json_array();

    json_add_number(object, "arenas", usage->arenas);
    json_add_number(object, "system_bytes", usage->system);
    json_add_number(object, "live_bytes", usage->live);
    json_add_number(object, "cached_bytes", usage->cached);
    json_add_number(object, "binned_bytes", usage->binned);
    json_add_number(object, "top_bytes", usage->top);
    json_add_number(object, "mapped_bytes", usage->mapped);
    if (usage->returnable_known)
        json_add_number(object, "returnable_bytes", usage->returnable);
    for (size_t i = 0; i < process->arena_count; i++)
        json_array_append_new(arenas, arena_of(&process->arenas[i], usage->returnable_known));
    json_object_set_new(object, "by_arena", arenas);
    return object;
}

static json_t *kinds_of(const struct memory_usage *memory)
{
    json_t *object = json_object();

    for (size_t kind = 0; kind < MEMORY_KINDS; kind++)
        json_add_number(object, json_word(&json_memory_kinds, (unsigned)kind), memory->resident[kind]);
    json_object_set_new(object, "uncounted_bytes", json_integer(memory->uncounted));
    return object;
}

static json_t *own_mappings_of(const struct memory_usage *memory)
{
    json_t *array = json_array();

    for (size_t i = 0; i < memory->own_count; i++) {
        const struct own_mapping *own = &memory->own[i];
        json_t *object = json_object();
        json_add_address(object, "address", own->start);
        json_add_number(object, "bytes", own->end - own->start);
        json_add_number(object, "resident_bytes", own->resident);
        if (own->name[0] != '\0')
            json_add_text(object, "name", own->name);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *fragmentation_of(const struct report_process *process, const struct report_arena *arena)
{
    json_t *object = json_object();

    json_add_number(object, "live_bytes", memory_usage_live(&process->memory));
    json_add_number(object, "free_bytes", memory_usage_free(&process->memory));
    json_add_number(object, "returnable_bytes", process->usage.returnable);
    json_add_address(object, "arena", arena->usage.address);
    if (arena->usage.pin_address != 0)
        json_object_set_new(object, "pin", pin_of(arena));
    return object;
}

json_t *json_memory(const struct report_process *process)
{
    const struct memory_usage *memory = &process->memory;
    const struct report_arena *fragmented = report_fragmented_arena(process);
    json_t *object = json_object();

    json_add_number(object, "rss_bytes", memory->rss);
    json_add_number(object, "swapped_bytes", memory->swapped);
    json_add_number(object, "huge_pages_bytes", memory->huge_pages);
    json_add_number(object, "page_tables_bytes", memory->page_tables);
    json_object_set_new(object, "resident", kinds_of(memory));
    json_add_number(object, "own_mappings", memory->own_total);
    json_object_set_new(object, "largest_own_mappings", own_mappings_of(memory));
    if (memory->undivided != NULL)
        json_add_text(object, "undivided_reason", memory->undivided);
    if (memory->allocator != NULL)
        json_add_text(object, "allocator", memory->allocator);
    if (memory->runtime != NULL)
        json_add_text(object, "runtime", memory->runtime);
    if (fragmented != NULL)
        json_object_set_new(object, "fragmentation", fragmentation_of(process, fragmented));
    return object;
}
