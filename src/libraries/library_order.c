/* SPDX-License-Identifier: MIT */
#include "library_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void library_order_append(struct library_order *order, size_t index)
{
    order->items = xgrow(order->items, &order->capacity, order->count + 1, sizeof *order->items);
    order->items[order->count++] = index;
}

static size_t place_of(const struct library_order *order, size_t index)
{
    size_t place = 0;

    while (place < order->count && order->items[place] != index)
        place++;
    return place;
}

void library_order_move_before(struct library_order *order, size_t index, size_t other)
{
    const size_t from = place_of(order, index), to = place_of(order, other);

    if (from <= to || from == order->count)
        return;
    memmove(&order->items[to + 1], &order->items[to], (from - to) * sizeof *order->items);
    order->items[to] = index;
    order->moved = true;
}

/* `new_index`: by the old one. */
static void renumber(struct library_object *object, const size_t *new_index)
{
    object->parent = new_index[object->parent];
    object->owner = new_index[object->owner];
    for (size_t i = 0; i < object->need_count; i++)
        object->needs[i] = new_index[object->needs[i]];
    for (size_t i = 0; i < object->place_count; i++)
        object->places[i].owner = new_index[object->places[i].owner];
}

void library_order_apply(const struct library_order *order, struct library_program *program, void **beside)
{
    const size_t count = order->count;

    if (!order->moved)
        return;
    struct library_object *objects = xreallocarray(NULL, count, sizeof *objects);
    void **pointers = xreallocarray(NULL, count, sizeof *pointers);
    size_t *new_index = xreallocarray(NULL, count, sizeof *new_index);
    for (size_t i = 0; i < count; i++) {
        objects[i] = program->objects[order->items[i]];
        pointers[i] = beside[order->items[i]];
        new_index[order->items[i]] = i;
    }
    for (size_t i = 0; i < count; i++) {
        renumber(&objects[i], new_index);
        program->objects[i] = objects[i];
        beside[i] = pointers[i];
    }
    free(objects);
    free(pointers);
    free(new_index);
}

void library_order_finish(struct library_order *order)
{
    free(order->items);
    *order = (struct library_order){0};
}
