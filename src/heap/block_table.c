/* SPDX-License-Identifier: MIT */
#include "block_table.h"

#include <stdlib.h>

#include "base/xalloc.h"

static bool is_possible(const struct heap_block *block)
{
    return block->address >= 4096 && block->address % 8 == 0 && block->address < ADDRESS_LIMIT;
}

static bool is_in_order(const struct snapshot *snapshot, bool *fine)
{
    uint64_t last = 0, bits = 0;

    if (snapshot->block_count > BLOCK_COUNT_MAX)
        return false;
    for (size_t i = 0; i < snapshot->block_count; i++) {
        if (!is_possible(&snapshot->blocks[i]) || snapshot->blocks[i].address <= last)
            return false;
        last = snapshot->blocks[i].address;
        bits |= last;
    }
    *fine = bits & 8;
    return true;
}

/* A total order, so that the result does not depend on the order in which equal addresses came. */
static int compare_blocks(const void *left, const void *right)
{
    const struct heap_block *a = left, *b = right;

    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    if (a->size != b->size)
        return a->size > b->size ? -1 : 1;
    return a->site < b->site ? -1 : a->site > b->site;
}

static void clean_copy(struct block_table *table, const struct snapshot *snapshot)
{
    struct heap_block *copy = xreallocarray(NULL, snapshot->block_count, sizeof *copy);
    size_t possible = 0, kept = 0;

    for (size_t i = 0; i < snapshot->block_count; i++)
        if (is_possible(&snapshot->blocks[i]))
            copy[possible++] = snapshot->blocks[i];
    qsort(copy, possible, sizeof *copy, compare_blocks);
    for (size_t i = 0; i < possible && kept < BLOCK_COUNT_MAX; i++)
        if (kept == 0 || copy[kept - 1].address != copy[i].address)
            copy[kept++] = copy[i];
    table->fine = true;
    table->blocks = table->owned = copy;
    table->count = kept;
    table->left_out = snapshot->block_count - kept;
}

void block_table_init(struct block_table *table, const struct snapshot *snapshot)
{
    *table = (struct block_table){.blocks = snapshot->blocks, .count = snapshot->block_count};
    if (!is_in_order(snapshot, &table->fine))
        clean_copy(table, snapshot);
}

void block_table_finish(struct block_table *table)
{
    free(table->owned);
    *table = (struct block_table){0};
}

size_t block_table_lower_bound(const struct block_table *table, uint64_t address)
{
    size_t low = 0, high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->blocks[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
