/* SPDX-License-Identifier: MIT
 *
 * Texts, or any bytes, and their numbers: equal ones have one number. For formats that write each text once. All zero is an empty
 * table. Private to report/. */
#ifndef LEAKWATCH_REPORT_FORMATS_TEXT_TABLE_H
#define LEAKWATCH_REPORT_FORMATS_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/hash_table.h"

struct text_table {
    struct hash_table entries;
    struct arena memory;
};

/* The number of these bytes: 1 for the first that came, 2 for the next, and so on. Whether they came for the first time is
 * stored in `*is_new`. */
size_t text_table_number(struct text_table *table, const void *bytes, size_t size, bool *is_new);
void text_table_finish(struct text_table *table);

#endif
