/* SPDX-License-Identifier: MIT */
#include "text_table.h"

#include <string.h>

struct numbered_text {
    size_t number, size;
    const char *bytes;
};

struct sought_text {
    const void *bytes;
    size_t size;
};

static bool is_text(const void *entry, const void *key)
{
    const struct numbered_text *text = entry;
    const struct sought_text *sought = key;

    return text->size == sought->size && memcmp(text->bytes, sought->bytes, text->size) == 0;
}

size_t text_table_number(struct text_table *table, const void *bytes, size_t size, bool *is_new)
{
    const struct sought_text sought = {bytes, size};
    const uint64_t hash = hash_bytes(bytes, size);
    struct numbered_text *text = hash_table_find(&table->entries, hash, is_text, &sought);

    *is_new = text == NULL;
    if (text == NULL) {
        text = arena_alloc(&table->memory, sizeof *text);
        *text = (struct numbered_text){table->entries.count + 1, size, arena_copy(&table->memory, bytes, size)};
        hash_table_add(&table->entries, hash, text);
    }
    return text->number;
}

void text_table_finish(struct text_table *table)
{
    hash_table_finish(&table->entries);
    arena_finish(&table->memory);
}
