/* SPDX-License-Identifier: MIT
 *
 * The order of objects in the search for symbols. It is that of loading, but for filtees, which stand before their filter. Private
 * to src/elf/. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_ORDER_H
#define LEAKWATCH_LIBRARIES_LIBRARY_ORDER_H

#include "library_model.h"

struct library_order {
    size_t *items; /* indices of program->objects, owned; count */
    size_t count, capacity;
    bool moved; /* it is another order than that of the indices */
};

void library_order_append(struct library_order *order, size_t index);

/* Moves `index` to the place before `other`, if it stands behind that. */
void library_order_move_before(struct library_order *order, size_t index, size_t other);

/* Brings program->objects into this order, and `beside`, an array of pointers with one for each; changes all indices in them. */
void library_order_apply(const struct library_order *order, struct library_program *program, void **beside);

void library_order_finish(struct library_order *order);

#endif
