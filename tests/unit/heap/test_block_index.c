/* SPDX-License-Identifier: MIT
 * From an address to its block; compared with a search through all blocks. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "heap/block_index.h"
#include "random.h"

static uint32_t search(const struct block_table *table, uint64_t address)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct heap_block *block = &table->blocks[i];
        uint64_t size = block->size ? block->size : 1;
        if (address == block->address + 8 && block->size == 8 && block->allocator == HEAP_NEW_ARRAY &&
            (i + 1 == table->count || block[1].address != address))
            return (uint32_t)i;
        if (address >= block->address && address < block->address + size && (i + 1 == table->count || address < block[1].address))
            return (uint32_t)i;
    }
    return NO_BLOCK;
}

/* Every address around both ends of every block, and random ones. */
static void compare(struct heap_block *blocks, size_t count, uint64_t seed)
{
    struct snapshot snapshot = {.blocks = blocks, .block_count = count};
    struct block_table table;

    block_table_init(&table, &snapshot);
    struct block_index *index = block_index_create(&table);
    for (size_t i = 0; i < table.count; i++) {
        for (int64_t around = -20; around <= 20; around++) {
            uint64_t begin = table.blocks[i].address + (uint64_t)around, end = begin + table.blocks[i].size;
            cr_assert_eq(block_index_find(index, begin), search(&table, begin), "at %#lx", (unsigned long)begin);
            cr_assert_eq(block_index_find(index, end), search(&table, end), "at %#lx", (unsigned long)end);
        }
        uint64_t any = random_next(&seed) % ADDRESS_LIMIT, inside = table.blocks[i].address + any % (table.blocks[i].size + 1);
        cr_assert_eq(block_index_find(index, any), search(&table, any));
        cr_assert_eq(block_index_find(index, inside), search(&table, inside));
    }
    cr_expect_eq(block_index_find(index, 0), NO_BLOCK);
    cr_expect_eq(block_index_find(index, UINT64_MAX), NO_BLOCK);
    block_index_destroy(index);
    block_table_finish(&table);
}

static void compare_random(uint64_t alignment, uint64_t size_limit, uint64_t gap_limit)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t state = seed, address = 0x10000 + random_next(&state) % (1 << 21) / alignment * alignment;
        struct heap_block blocks[100];
        for (size_t i = 0; i < 100; i++) {
            uint64_t size = random_next(&state) % size_limit;
            blocks[i] = (struct heap_block){.address = address, .size = size, .allocator = random_next(&state) % 3};
            address += (size + 1 + random_next(&state) % gap_limit + alignment) / alignment * alignment;
        }
        compare(blocks, 100, seed);
    }
}

Test(block_index, small_blocks)
{
    compare_random(16, 100, 100);
}

Test(block_index, small_blocks_in_granules_of_8_bytes)
{
    compare_random(8, 20, 10);
}

Test(block_index, blocks_far_apart)
{
    compare_random(16, 1000, UINT64_C(1) << 36);
}

Test(block_index, blocks_that_cover_many_slots)
{
    compare_random(16, 10 * SLOT_SIZE, 3 * SLOT_SIZE);
}

Test(block_index, large_blocks_close_together)
{
    compare_random(16, 2 * SLOT_SIZE, 32);
}

Test(block_index, no_blocks)
{
    compare(NULL, 0, 1);
}

Test(block_index, a_block_that_reaches_to_the_end_of_memory)
{
    struct heap_block block = {.address = ADDRESS_LIMIT - 4096, .size = (UINT64_C(1) << 40) - 1};
    struct snapshot snapshot = {.blocks = &block, .block_count = 1};
    struct block_table table;

    block_table_init(&table, &snapshot);
    struct block_index *index = block_index_create(&table);
    cr_expect_eq(block_index_find(index, ADDRESS_LIMIT - 1), 0);
    cr_expect_eq(block_index_find(index, ADDRESS_LIMIT), NO_BLOCK);
    block_index_destroy(index);
    block_table_finish(&table);
}
