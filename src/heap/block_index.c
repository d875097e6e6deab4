/* SPDX-License-Identifier: MIT */
#include "block_index.h"

#include <stdlib.h>

#include "base/xalloc.h"

/* Where the building stands: blocks come in ascending order. */
struct cursor {
    struct index_line *lines; /* of the current slot, or NULL */
    uint64_t slot;
    size_t filled;     /* lines of the slot whose `first` is known */
    size_t slot_lines; /* lines in a slot */
};

static void fill_up_to(struct cursor *cursor, size_t line, uint32_t number)
{
    while (cursor->filled < line)
        cursor->lines[cursor->filled++].first = number;
}

/* A block that is followed by another slot than its own covers the slots in between, if it is long enough. */
static void note_spanning(struct block_index *index, uint32_t number, uint64_t next_slot)
{
    uint64_t slot = index->table->blocks[number].address >> SLOT_SHIFT;
    uint64_t last = (block_end(index->table, number) - 1) >> SLOT_SHIFT;

    if (last == slot || next_slot == slot + 1)
        return;
    index->spanning = xgrow(index->spanning, &index->spanning_capacity, index->spanning_count + 1, sizeof *index->spanning);
    index->spanning[index->spanning_count++] = number;
}

static void enter_slot(struct block_index *index, struct cursor *cursor, uint64_t slot, uint32_t number)
{
    struct index_line ***slots = &index->tables[slot >> SLOTS_BITS];

    if (cursor->lines) {
        fill_up_to(cursor, cursor->slot_lines, number);
        note_spanning(index, number - 1, slot);
    }
    if (*slots == NULL)
        *slots = xcalloc(1 << SLOTS_BITS, sizeof **slots);
    cursor->lines = xcalloc(cursor->slot_lines, sizeof *cursor->lines);
    (*slots)[slot & ((1 << SLOTS_BITS) - 1)] = cursor->lines;
    cursor->slot = slot;
    cursor->filled = 0;
}

static void add_block(struct block_index *index, struct cursor *cursor, uint32_t number)
{
    uint64_t granule = index->table->blocks[number].address >> index->granule_shift;
    uint64_t slot = index->table->blocks[number].address >> SLOT_SHIFT;
    size_t line = (granule >> 6) % cursor->slot_lines;

    if (cursor->lines == NULL || slot != cursor->slot)
        enter_slot(index, cursor, slot, number);
    fill_up_to(cursor, line + 1, number);
    cursor->lines[line].starts |= UINT64_C(1) << (granule & 63);
}

struct block_index *block_index_create(const struct block_table *table)
{
    struct block_index *index = xcalloc(1, sizeof *index);

    index->table = table;
    index->granule_shift = table->fine ? 3 : 4;
    if (table->count == 0)
        return index;
    struct cursor cursor = {.slot_lines = SLOT_SIZE >> (index->granule_shift + 6)};
    for (size_t i = 0; i < table->count; i++)
        add_block(index, &cursor, (uint32_t)i);
    fill_up_to(&cursor, cursor.slot_lines, (uint32_t)table->count);
    note_spanning(index, (uint32_t)table->count - 1, UINT64_MAX);

    uint64_t end = block_end(table, table->count - 1) + 8; /* the pointer one past an empty array */
    index->low = table->blocks[0].address;
    index->span = (end < ADDRESS_LIMIT ? end : ADDRESS_LIMIT) - index->low;
    return index;
}

void block_index_destroy(struct block_index *index)
{
    if (index == NULL)
        return;
    for (size_t i = 0; i < SLOT_TABLES; i++) {
        for (size_t j = 0; index->tables[i] && j < 1 << SLOTS_BITS; j++)
            free(index->tables[i][j]);
        free(index->tables[i]);
    }
    free(index->spanning);
    free(index);
}

uint32_t block_index_last_spanning(const struct block_index *index, uint64_t address)
{
    size_t low = 0, high = index->spanning_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->table->blocks[index->spanning[middle]].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? index->spanning[low - 1] : NO_BLOCK;
}

uint32_t block_index_find(const struct block_index *index, uint64_t address)
{
    if (address - index->low >= index->span)
        return NO_BLOCK;
    const struct index_line *line = block_index_line(index, address);
    uint32_t number = line ? block_index_last_start(index, line, address) : block_index_last_spanning(index, address);

    return number != NO_BLOCK && block_holds(index->table, number, address) ? number : NO_BLOCK;
}
