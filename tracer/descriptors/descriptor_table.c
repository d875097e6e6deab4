/* SPDX-License-Identifier: MIT */
#include "descriptor_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* ---- Openings -------------------------------------------------------------------------------------------------------------- */

struct opening *opening_create(const uint64_t *frames, size_t count, uint32_t generation)
{
    struct opening *opening = xmalloc(sizeof *opening + count * sizeof *frames);

    *opening = (struct opening){.users = 1, .generation = generation, .frame_count = count};
    if (count > 0)
        memcpy(opening->frames, frames, count * sizeof *frames);
    return opening;
}

static struct opening *opening_ref(struct opening *opening)
{
    if (opening)
        opening->users++;
    return opening;
}

void opening_unref(struct opening *opening)
{
    if (opening && --opening->users == 0)
        free(opening);
}

/* ---- Tables ---------------------------------------------------------------------------------------------------------------- */

struct descriptor_table *descriptor_table_create(void)
{
    struct descriptor_table *table = xcalloc(1, sizeof *table);

    table->users = 1;
    return table;
}

struct descriptor_table *descriptor_table_ref(struct descriptor_table *table)
{
    table->users++;
    return table;
}

void descriptor_table_unref(struct descriptor_table *table)
{
    if (!table || --table->users > 0)
        return;
    for (size_t i = 0; i < table->count; i++)
        opening_unref(table->entries[i].opening);
    free(table->entries);
    free(table);
}

struct descriptor_table *descriptor_table_copy(const struct descriptor_table *original, bool inherited)
{
    struct descriptor_table *table = descriptor_table_create();

    table->entries = xgrow(NULL, &table->capacity, original->count, sizeof *table->entries);
    table->count = original->count;
    for (size_t i = 0; i < table->count; i++) {
        table->entries[i] = original->entries[i];
        table->entries[i].inherited |= inherited;
        opening_ref(table->entries[i].opening);
    }
    return table;
}

/* Where the entry of this number is, or would be. */
static size_t place_of(const struct descriptor_table *table, int number)
{
    size_t low = 0, high = table->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (table->entries[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void descriptor_table_set(struct descriptor_table *table, const struct descriptor_entry *entry)
{
    const size_t place = place_of(table, entry->number);
    struct opening *opening = opening_ref(entry->opening);

    if (place < table->count && table->entries[place].number == entry->number) {
        opening_unref(table->entries[place].opening);
    } else {
        table->entries = xgrow(table->entries, &table->capacity, table->count + 1, sizeof *table->entries);
        memmove(table->entries + place + 1, table->entries + place, (table->count - place) * sizeof *table->entries);
        table->count++;
    }
    table->entries[place] = *entry;
    table->entries[place].opening = opening;
}

const struct descriptor_entry *descriptor_table_find(const struct descriptor_table *table, int number,
                                                     const struct descriptor_identity *identity)
{
    const size_t place = place_of(table, number);

    if (place == table->count || table->entries[place].number != number)
        return NULL;
    const struct descriptor_identity *known = &table->entries[place].identity;
    const bool is_known = known->device != 0 || known->inode != 0;
    const bool is_same = known->device == identity->device && known->inode == identity->inode;
    return is_same || !is_known ? &table->entries[place] : NULL;
}
