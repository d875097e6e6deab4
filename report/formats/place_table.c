/* SPDX-License-Identifier: MIT */
#include "place_table.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct numbered_place {
    struct place place;
    size_t number;
};

struct place place_from(const struct report_stack *stack, size_t first)
{
    size_t end = first + 1;

    while (end < stack->frame_count && stack->frames[end - 1]->inlined)
        end++;
    return (struct place){stack->frames + first, end - first};
}

struct place place_before(const struct report_stack *stack, size_t end)
{
    size_t first = end - 1;

    while (first > 0 && stack->frames[first - 1]->inlined)
        first--;
    return (struct place){stack->frames + first, end - first};
}

static bool is_place(const void *entry, const void *key)
{
    const struct place *left = &((const struct numbered_place *)entry)->place, *right = key;

    return left->count == right->count && memcmp(left->frames, right->frames, left->count * sizeof(const void *)) == 0;
}

size_t *place_table_number(struct place_table *table, struct place place)
{
    uint64_t hash = place.count;

    for (size_t i = 0; i < place.count; i++)
        hash = hash_mix(hash, (uintptr_t)place.frames[i]);
    struct numbered_place *numbered = hash_table_find(&table->entries, hash, is_place, &place);
    if (numbered == NULL) {
        numbered = arena_alloc(&table->memory, sizeof *numbered);
        numbered->place = place;
        hash_table_add(&table->entries, hash, numbered);
    }
    return &numbered->number;
}

void place_table_finish(struct place_table *table)
{
    hash_table_finish(&table->entries);
    arena_finish(&table->memory);
}
