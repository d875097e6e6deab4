/* SPDX-License-Identifier: MIT */
#include "block_contents.h"

#define GAP_MAX (2 * PAGE_SIZE) /* reading so much between two blocks costs less than another read */

struct contents {
    const struct block_table *table;
    struct pointer_collector *collector;
    size_t next; /* the first block that may have words still to come */
};

/* A piece of memory that holds blocks and gaps: each block gets its words. */
static void take_piece(void *context, uint64_t address, const uint64_t *words, size_t count)
{
    struct contents *contents = context;
    const struct block_table *table = contents->table;
    uint64_t end = address + count * 8;

    for (; contents->next < table->count; contents->next++) {
        uint64_t block_from = table->blocks[contents->next].address;
        uint64_t block_to = block_content_end(table, contents->next) & ~UINT64_C(7);
        uint64_t from = block_from > address ? block_from : address, to = block_to < end ? block_to : end;
        if (block_from >= end)
            return;
        if (from < to)
            pointer_collector_add(contents->collector, (uint32_t)contents->next, words + (from - address) / 8, (to - from) / 8);
        if (block_to > end)
            return;
    }
}

void block_contents_collect(const struct block_table *table, struct range_reader *reader, struct pointer_collector *collector)
{
    struct contents contents = {.table = table, .collector = collector};

    for (size_t i = 0; i < table->count;) {
        uint64_t from = table->blocks[i].address, to = block_content_end(table, i);
        contents.next = i;
        for (i++; i < table->count && table->blocks[i].address - to <= GAP_MAX; i++)
            to = block_content_end(table, i);
        range_reader_run(reader, from, to, take_piece, &contents);
    }
}
