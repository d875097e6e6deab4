/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/looks/snapshot_regions.h"
#include "fake_memory.h"

static struct fake_memory memory;
static struct memory_view view;
static struct memory_maps maps;
static struct memory_region *regions;
static size_t count;

static void sort_out(struct region_rules rules, const char *text)
{
    view = fake_memory_view(&memory);
    cr_assert_eq(memory_maps_parse(text, strlen(text), &maps), 0);
    rules.maps = &maps;
    rules.memory = &view;
    count = snapshot_regions(&rules, &regions);
    memory_maps_finish(&maps);
}

static void assert_region(size_t index, uint64_t start, uint64_t end, enum region_kind kind)
{
    cr_assert_lt(index, count);
    cr_assert(regions[index].start == start && regions[index].end == end, "region %zu is %lx-%lx", index,
              (unsigned long)regions[index].start, (unsigned long)regions[index].end);
    cr_assert(regions[index].kind == kind, "region %zu is of kind %d", index, (int)regions[index].kind);
}

static void teardown(void)
{
    free(regions);
    fake_memory_finish(&memory);
}

TestSuite(snapshot_regions, .fini = teardown);

Test(snapshot_regions, each_kind_of_mapping)
{
    sort_out((struct region_rules){.glibc = true}, "1000-2000 r-xp 00000000 00:01 1 /app\n"
                                                   "2000-3000 rw-p 00001000 00:01 1 /app\n"
                                                   "3000-4000 rw-p 00000000 00:00 0 \n"
                                                   "4000-6000 rw-p 00000000 00:00 0 [heap]\n"
                                                   "6000-7000 rw-s 00000000 00:01 9 /dev/shm/segment\n"
                                                   "7000-8000 rw-s 00000000 00:06 9 /dev/dri/card0\n"
                                                   "8000-9000 rw-p 00000000 00:06 9 /dev/zero\n"
                                                   "9000-a000 ---p 00000000 00:00 0 \n"
                                                   "a000-b000 rw-p 00000000 00:00 0 [stack]\n");
    cr_assert_eq(count, 6);
    assert_region(0, 0x2000, 0x3000, REGION_FILE);
    assert_region(1, 0x3000, 0x4000, REGION_ANONYMOUS);
    assert_region(2, 0x4000, 0x6000, REGION_HEAP);
    assert_region(3, 0x6000, 0x7000, REGION_SHARED);
    assert_region(4, 0x8000, 0x9000, REGION_ANONYMOUS);
    assert_region(5, 0xa000, 0xb000, REGION_STACK);
}

Test(snapshot_regions, data_that_the_loader_has_protected)
{
    sort_out((struct region_rules){.glibc = true}, "1000-2000 r--p 00000000 00:01 1 /app\n"
                                                   "2000-3000 r-xp 00001000 00:01 1 /app\n"
                                                   "3000-4000 r--p 00002000 00:01 1 /app\n"
                                                   "4000-5000 rw-p 00003000 00:01 1 /app\n"
                                                   "5000-6000 r--p 00000000 00:01 2 /data\n"
                                                   "6000-7000 rw-p 00000000 00:00 0 \n");
    cr_assert_eq(count, 3);
    assert_region(0, 0x3000, 0x4000, REGION_FILE);
    assert_region(1, 0x4000, 0x5000, REGION_FILE);
    assert_region(2, 0x6000, 0x7000, REGION_ANONYMOUS);
}

Test(snapshot_regions, the_ledger_is_left_out_and_what_merged_with_it_is_not)
{
    static const struct address_range left_out[] = {{0x2000, 0x3000}, {0x5000, 0x6000}};

    sort_out((struct region_rules){.glibc = true, .left_out = left_out, .left_out_count = 2}, "1000-6000 rw-p 00000000 00:00 0 \n");
    cr_assert_eq(count, 2);
    assert_region(0, 0x1000, 0x2000, REGION_ANONYMOUS);
    assert_region(1, 0x3000, 0x5000, REGION_ANONYMOUS);
}

Test(snapshot_regions, stacks_of_threads_and_data_of_the_c_library)
{
    static const struct address_range stacks[] = {{0x2000, 0x5000}};

    sort_out((struct region_rules){.glibc = true, .stacks = stacks, .stack_count = 1, .libc_data = {0x7000, 0x8800}},
             "2000-3000 ---p 00000000 00:00 0 \n"
             "3000-6000 rw-p 00000000 00:00 0 \n"
             "7000-8000 rw-p 00000000 00:01 1 /libc.so.6\n"
             "8000-9000 rw-p 00000000 00:00 0 \n");
    cr_assert_eq(count, 5);
    assert_region(0, 0x3000, 0x5000, REGION_THREAD_STACK);
    assert_region(1, 0x5000, 0x6000, REGION_ANONYMOUS);
    assert_region(2, 0x7000, 0x8000, REGION_LIBC_DATA);
    assert_region(3, 0x8000, 0x8800, REGION_LIBC_DATA);
    assert_region(4, 0x8800, 0x9000, REGION_ANONYMOUS);
}

Test(snapshot_regions, an_arena_of_glibc_is_heap_and_a_mapping_that_only_holds_a_block_is_not)
{
    static const struct heap_block blocks[] = {{.address = 0x3010, .size = 8}, {.address = 0x40000030, .size = 8}};
    uint64_t *heap_info = fake_memory_add(&memory, 0x40000000, 4096);

    heap_info[0] = 0x40000030; /* the arena */
    heap_info[2] = 0x21000;    /* in use */
    sort_out((struct region_rules){.glibc = true, .blocks = blocks, .block_count = 2},
             "3000-6000 rw-p 00000000 00:00 0 \n"
             "40000000-40021000 rw-p 00000000 00:00 0 \n"
             "50000000-50021000 rw-p 00000000 00:00 0 \n");
    cr_assert_eq(count, 3);
    assert_region(0, 0x3000, 0x6000, REGION_ANONYMOUS);
    assert_region(1, 0x40000000, 0x40021000, REGION_HEAP);
    assert_region(2, 0x50000000, 0x50021000, REGION_ANONYMOUS);
}

Test(snapshot_regions, what_merged_behind_an_arena_is_no_heap)
{
    static const struct heap_block blocks[] = {{.address = 0x40000030, .size = 8}};
    uint64_t *heap_info = fake_memory_add(&memory, 0x40000000, 4096);

    heap_info[0] = 0x40000030;
    heap_info[2] = 0x4000000;
    sort_out((struct region_rules){.glibc = true, .blocks = blocks, .block_count = 1},
             "40000000-44001000 rw-p 00000000 00:00 0 \n");
    cr_assert_eq(count, 2);
    assert_region(0, 0x40000000, 0x44000000, REGION_HEAP);
    assert_region(1, 0x44000000, 0x44001000, REGION_ANONYMOUS);
}

Test(snapshot_regions, what_the_program_took_from_the_heap_segment_itself_is_no_heap)
{
    static const struct address_range mapped[] = {{0x1000, 0x2000}, {0x5000, 0x6000}};

    sort_out((struct region_rules){.glibc = true, .mapped = mapped, .mapped_count = 2}, "1000-3000 rw-p 00000000 00:00 0 \n"
                                                                                        "4000-8000 rw-p 00000000 00:00 0 [heap]\n");
    cr_assert_eq(count, 4);
    assert_region(0, 0x1000, 0x3000, REGION_ANONYMOUS);
    assert_region(1, 0x4000, 0x5000, REGION_HEAP);
    assert_region(2, 0x5000, 0x6000, REGION_ANONYMOUS);
    assert_region(3, 0x6000, 0x8000, REGION_HEAP);
}

Test(snapshot_regions, other_allocators_own_the_mappings_that_hold_their_blocks)
{
    static const struct heap_block blocks[] = {{.address = 0x3010, .size = 8}};

    sort_out((struct region_rules){.blocks = blocks, .block_count = 1}, "3000-6000 rw-p 00000000 00:00 0 \n"
                                                                        "8000-9000 rw-p 00000000 00:00 0 [heap]\n");
    cr_assert_eq(count, 2);
    assert_region(0, 0x3000, 0x6000, REGION_HEAP);
    assert_region(1, 0x8000, 0x9000, REGION_ANONYMOUS);
}

Test(snapshot_regions, between_blocks_where_not_all_are_known)
{
    const struct heap_block blocks[] = {{.address = 0x3010, .size = 13}, {.address = 0x3040, .size = 0x40}};

    sort_out((struct region_rules){.blocks = blocks, .block_count = 2, .partial = true}, "3000-4000 rw-p 00000000 00:00 0 \n");
    cr_assert_eq(count, 3);
    assert_region(0, 0x3000, 0x3010, REGION_ANONYMOUS);
    assert_region(1, 0x3020, 0x3040, REGION_ANONYMOUS);
    assert_region(2, 0x3080, 0x4000, REGION_ANONYMOUS);
}
