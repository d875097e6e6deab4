/* SPDX-License-Identifier: MIT
 * Reading memory: holes, absent pages, pieces; and snapshots that make no sense. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "fake_process.h"
#include "heap/range_reader.h"
#include "random.h"

static struct fake_process *p;

static void setup(void)
{
    p = fake_create();
}

static void teardown(void)
{
    fake_destroy(p);
}

TestSuite(contents, .init = setup, .fini = teardown);

Test(contents, a_block_larger_than_the_buffer_is_read_to_its_end)
{
    uint64_t size = UINT64_C(5) << 20;
    fake_map(p, FAKE_MMAP, size + 4096);
    uint64_t large = fake_block(p, FAKE_MMAP + 16, size), targets[5];
    for (uint64_t i = 0; i < 5; i++) {
        targets[i] = fake_take(p, 32);
        fake_put(p, FAKE_MMAP + 8 + (i + 1) * size / 5 / 8 * 8, targets[i]);
    }
    fake_global(p, large);
    fake_check(p);
    for (int i = 0; i < 5; i++)
        expect_kind(p, targets[i], LEAK_REACHABLE);
}

Test(contents, blocks_far_apart_do_not_make_the_memory_between_them_read)
{
    fake_map(p, FAKE_MMAP, UINT64_C(8) << 20);
    for (uint64_t i = 0; i < 8; i++)
        fake_block(p, FAKE_MMAP + (i << 20) + 16, 64);
    fake_check(p);
    cr_expect_leq(p->bytes_read, UINT64_C(0x10000) + 8 * 4096);
}

Test(contents, absent_pages_are_not_read)
{
    fake_map(p, FAKE_MMAP, 4 * 4096);
    uint64_t block = fake_block(p, FAKE_MMAP, 4 * 4096), seen = fake_take(p, 32), unseen = fake_take(p, 32),
             last = fake_take(p, 32);
    fake_put(p, FAKE_MMAP + 4096 - 8, seen);
    fake_put(p, FAKE_MMAP + 4096, unseen);
    fake_put(p, FAKE_MMAP + 2 * 4096, last);
    fake_global(p, block);
    p->absent_page = FAKE_MMAP + 4096;
    fake_check(p);
    expect_kind(p, seen, LEAK_REACHABLE);
    expect_kind(p, unseen, LEAK_DEFINITE);
    expect_kind(p, last, LEAK_REACHABLE);
    cr_expect_eq(p->result.unreadable_bytes, 0);
}

Test(contents, what_cannot_be_read_is_counted_and_the_rest_is_read)
{
    fake_map(p, FAKE_MMAP, 4096);
    fake_map(p, FAKE_MMAP + 3 * 4096, 4096);
    uint64_t block = fake_block(p, FAKE_MMAP, 4 * 4096), before = fake_take(p, 32), behind = fake_take(p, 32);
    fake_put(p, FAKE_MMAP + 4096 - 8, before);
    fake_put(p, FAKE_MMAP + 3 * 4096, behind);
    fake_global(p, block);
    fake_check(p);
    expect_kind(p, before, LEAK_REACHABLE);
    expect_kind(p, behind, LEAK_REACHABLE);
    cr_expect_eq(p->result.unreadable_bytes, 2 * 4096);
    p->snapshot.memory.next_present = NULL;
    fake_check(p);
    expect_kind(p, behind, LEAK_REACHABLE);
    cr_expect_eq(p->result.unreadable_bytes, 2 * 4096);
}

static void expect_hole(uint64_t pages)
{
    uint64_t start = FAKE_MMAP + 16, behind_hole = FAKE_MMAP + 4096 + pages * 4096;
    fake_map(p, FAKE_MMAP, 4096);
    fake_map(p, behind_hole, 8192);
    uint64_t block = fake_block(p, start, behind_hole + 8192 - start), first = fake_take(p, 32);
    fake_put(p, behind_hole, first);
    fake_global(p, block);
    fake_check(p);
    expect_kind(p, first, LEAK_REACHABLE);
    cr_expect_eq(p->result.unreadable_bytes, pages * 4096);
}

Test(contents, the_end_of_a_small_hole_is_found)
{
    expect_hole(7);
}

Test(contents, the_end_of_a_large_hole_is_found_to_the_page)
{
    expect_hole(100003);
}

static uint64_t reads;

static size_t read_nothing(void *context, uint64_t address, void *buffer, size_t size)
{
    reads++;
    return 0;
}

Test(contents, an_absurd_range_takes_few_reads)
{
    struct memory_view view = {.read = read_nothing};
    struct range_reader reader;
    range_reader_init(&reader, &view);
    range_reader_run(&reader, 4096, UINT64_C(1) << 47, NULL, NULL);
    cr_expect_eq(reader.unreadable_bytes, (UINT64_C(1) << 47) - 4096);
    cr_expect_lt(reads, 1000);
    range_reader_finish(&reader);
}

Test(contents, blocks_that_overlap_end_where_the_next_one_starts)
{
    uint64_t a = fake_block(p, FAKE_HEAP + 16, 1 << 20), b = fake_block(p, FAKE_HEAP + 16 + 160, 64);
    uint64_t c = fake_block(p, FAKE_HEAP + 0x1000, 32);
    fake_put(p, b, c);
    fake_global(p, a);
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_DEFINITE);
    expect_kind(p, c, LEAK_INDIRECT);
    cr_expect_eq(fake_record(p, a)->direct.bytes, 1 << 20);
}

Test(contents, entries_that_cannot_be_blocks_are_left_out_and_counted)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    fake_block(p, 0, 32);
    fake_block(p, 8, 32);
    fake_block(p, a, 16);
    fake_block(p, b + 3, 16);
    fake_block(p, UINT64_C(1) << 47, 16);
    p->keep_order = true;
    fake_global(p, a);
    fake_check(p);
    cr_expect_eq(p->result.invalid_blocks, 5);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_DEFINITE);
    cr_expect_eq(p->result.total[LEAK_REACHABLE].bytes, 32);
}

Test(contents, a_site_that_is_not_there_counts_as_unknown)
{
    fake_take(p, 32);
    fake_last(p)->site = 0xffffff;
    fake_last(p)->allocator = 7;
    fake_check(p);
    cr_assert_eq(p->result.record_count, 1);
    cr_expect_eq(p->result.records[0].site, 0);
}

Test(contents, no_sites_at_all)
{
    struct heap_block block = {.address = FAKE_HEAP, .size = 32, .site = 5};
    struct snapshot snapshot = {.memory = p->snapshot.memory, .blocks = &block, .block_count = 1};
    struct leak_result result;
    leak_scan_finish(leak_scan_begin(&snapshot), NULL, NULL, &result);
    cr_expect_eq(result.total[LEAK_DEFINITE].blocks, 1);
    leak_result_finish(&result);
}

/* Whatever a snapshot says, the scan ends, and every block that can be one is counted once. */
Test(contents, nonsense_is_survived)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t state = seed;
        struct fake_process *q = fake_create();
        for (int i = 0; i < 50; i++) {
            uint64_t shift = random_next(&state) % 48;
            fake_block(q, (FAKE_HEAP + random_next(&state) % 0x1000) & ((UINT64_C(1) << 48) - 1), random_next(&state) >> shift);
            fake_last(q)->epoch = random_next(&state) & 511;
            fake_put(q, FAKE_HEAP + random_next(&state) % 0x1000 / 8 * 8, FAKE_HEAP + random_next(&state) % 0x1000);
        }
        struct thread_state *thread = fake_thread(q);
        thread->stack_pointer = random_next(&state);
        thread->thread_pointer = FAKE_HEAP + random_next(&state) % 0x1000;
        fake_root_range(q, random_next(&state), random_next(&state));
        q->snapshot.regions[random_next(&state) % q->snapshot.region_count].kind = random_next(&state) % 7;
        q->keep_order = true;
        fake_check(q);
        uint64_t blocks = q->result.invalid_blocks;
        for (int kind = 0; kind < LEAK_KINDS; kind++)
            blocks += q->result.total[kind].blocks;
        cr_assert_eq(blocks, 50);
        fake_destroy(q);
    }
}
