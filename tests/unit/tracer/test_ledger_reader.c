/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/maps.h"
#include "tracer/ledger/ledger_lookup.h"
#include "tracer/ledger/ledger_reader.h"
#include "fake_memory.h"

#define DATA  UINT64_C(0x10000000) /* of the shim: the ledger itself */
#define ARENA UINT64_C(0x20000000) /* what the shim has mapped */
#define HEAP  UINT64_C(0x555500000000)

#define ARENA_SIZE (UINT64_C(4) << 20)

/* A ledger as the shim would have made it, in memory that can be spoilt. */
static struct fake_memory memory;
static struct lw_ledger *ledger;
static uint64_t arena_used;
static struct ledger_contents contents;

static uint64_t take(uint64_t size)
{
    uint64_t address = ARENA + arena_used;

    arena_used += (size + 4095) & ~UINT64_C(4095);
    cr_assert_leq(arena_used, ARENA_SIZE);
    return address;
}

static void setup(void)
{
    ledger = fake_memory_add(&memory, DATA, (sizeof *ledger + 4095) & ~UINT64_C(4095));
    struct lw_arena *arena = fake_memory_add(&memory, ARENA, ARENA_SIZE);
    arena->size = ARENA_SIZE;
    arena_used = 4096;
    *ledger = (struct lw_ledger){.magic = LW_LEDGER_MAGIC,
                                 .version = LW_LEDGER_VERSION,
                                 .size = sizeof *ledger,
                                 .flags = LW_READY | LW_GLIBC,
                                 .granule_shift = LW_GRANULE_SHIFT_GLIBC,
                                 .arenas = ARENA};
}

static void teardown(void)
{
    ledger_contents_finish(&contents);
    fake_memory_finish(&memory);
}

TestSuite(ledger_reader, .init = setup, .fini = teardown);

static int read_all(void)
{
    const struct memory_view view = fake_memory_view(&memory);
    const struct address_range data = {DATA, DATA + ((sizeof *ledger + 4095) & ~UINT64_C(4095))};

    ledger_contents_finish(&contents);
    return ledger_read(&view, &(struct ledger_place){.address = DATA, .data = data}, true, &contents);
}

/* The word for `address`, made with all that leads to it. */
static uint64_t *word_for(uint64_t address)
{
    uint64_t *table = &ledger->directory[address >> LW_TABLE_SHIFT];
    if (*table == 0)
        *table = take(LW_TABLE_ENTRIES * sizeof(uint64_t));
    uint64_t *chunk = fake_memory_at(&memory, *table + (address >> LW_CHUNK_SHIFT & (LW_TABLE_ENTRIES - 1)) * sizeof(uint64_t));
    if (*chunk == 0)
        *chunk = take((LW_CHUNK_SPAN >> ledger->granule_shift) * sizeof(uint64_t));
    return fake_memory_at(&memory, *chunk + ((address & (LW_CHUNK_SPAN - 1)) >> ledger->granule_shift) * sizeof(uint64_t));
}

static uint64_t live_word(uint64_t address, uint64_t size, enum lw_family family, uint32_t site)
{
    return LW_WORD_LIVE | (ledger->granule_shift == LW_GRANULE_SHIFT_GLIBC ? (address >> 4 & 1) << 2 : 0) | (uint64_t)family << 3 |
           (size < LW_SIZE_ELSEWHERE ? size : LW_SIZE_ELSEWHERE) << 16 | (uint64_t)site << 40;
}

static void add_block(uint64_t address, uint64_t size, enum lw_family family, uint32_t site)
{
    *word_for(address) = live_word(address, size, family, site);
    if (size >= LW_SIZE_ELSEWHERE)
        *word_for(address + (UINT64_C(1) << ledger->granule_shift)) = size << 2 | LW_WORD_SIZE;
}

static struct lw_site *add_site(uint16_t frame_count)
{
    const uint32_t id = ++ledger->site_count;

    if (ledger->site_segments[0] == 0)
        ledger->site_segments[0] = take(LW_SITE_SEGMENT_SIZE * sizeof(struct lw_site));
    struct lw_site *site = fake_memory_at(&memory, ledger->site_segments[0] + id * sizeof *site);
    *site = (struct lw_site){.hash = id, .frame_count = frame_count};
    site->frames = take(frame_count * sizeof(uint64_t));
    for (size_t i = 0; i < frame_count; i++)
        ((uint64_t *)fake_memory_at(&memory, site->frames))[i] = id * 100 + i;
    return site;
}

static struct lw_thread *add_thread(void)
{
    const uint64_t address = take(sizeof(struct lw_thread));
    struct lw_thread *thread = fake_memory_at(&memory, address);

    thread->next = ledger->threads;
    ledger->threads = address;
    ledger->thread_count++;
    return thread;
}

static void assert_block(size_t index, uint64_t address, uint64_t size)
{
    cr_assert_lt(index, contents.block_count);
    cr_assert(contents.blocks[index].address == address, "block %zu at %lx", index, (unsigned long)contents.blocks[index].address);
    cr_assert(contents.blocks[index].size == size, "block %zu of %lu", index, (unsigned long)contents.blocks[index].size);
}

/* ---- What is there ---------------------------------------------------------------------------------------------------------- */

Test(ledger_reader, blocks_come_sorted_with_size_site_and_family)
{
    add_site(3);
    add_site(2);
    add_block(HEAP + 0x40010, 24, LW_FAMILY_NEW_ARRAY, 2);
    add_block(HEAP + 0x20, 100, LW_FAMILY_MALLOC, 1);
    add_block(HEAP + 5 * LW_CHUNK_SPAN, 7, LW_FAMILY_NEW, 0);

    cr_assert_eq(read_all(), 0);
    cr_assert_not(contents.corrupt);
    cr_assert_eq(contents.block_count, 3);
    assert_block(0, HEAP + 0x20, 100);
    assert_block(1, HEAP + 0x40010, 24);
    assert_block(2, HEAP + 5 * LW_CHUNK_SPAN, 7);
    cr_assert(contents.blocks[0].site == 1 && contents.blocks[0].allocator == HEAP_MALLOC);
    cr_assert(contents.blocks[1].site == 2 && contents.blocks[1].allocator == HEAP_NEW_ARRAY);
    cr_assert(contents.blocks[2].site == 0 && contents.blocks[2].allocator == HEAP_NEW);
}

Test(ledger_reader, granules_of_other_allocators_have_8_bytes)
{
    ledger->granule_shift = LW_GRANULE_SHIFT_OTHER;
    ledger->flags &= ~(uint32_t)LW_GLIBC;
    add_block(HEAP + 8, 8, LW_FAMILY_MALLOC, 0);
    add_block(HEAP + 16, 1, LW_FAMILY_MALLOC, 0);

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.block_count, 2);
    assert_block(0, HEAP + 8, 8);
    assert_block(1, HEAP + 16, 1);
}

Test(ledger_reader, a_large_size_stands_in_the_next_word)
{
    const uint64_t last = HEAP + LW_CHUNK_SPAN - 32; /* its next word is in the next chunk */

    add_block(last, UINT64_C(3) << 30, LW_FAMILY_MALLOC, 0);
    add_block(HEAP + (UINT64_C(8) << 30), LW_SIZE_ELSEWHERE, LW_FAMILY_MALLOC, 0);

    cr_assert_eq(read_all(), 0);
    cr_assert_not(contents.corrupt);
    assert_block(0, last, UINT64_C(3) << 30);
    assert_block(1, HEAP + (UINT64_C(8) << 30), LW_SIZE_ELSEWHERE);
}

Test(ledger_reader, freed_blocks_are_not_live)
{
    add_block(HEAP, 24, LW_FAMILY_MALLOC, 0);
    *word_for(HEAP) = (*word_for(HEAP) & ~UINT64_C(3)) | LW_WORD_FREED;

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.block_count, 0);
}

Test(ledger_reader, freed_blocks_are_told_of_where_there_are_some_from_before)
{
    add_block(HEAP + 16, 24, LW_FAMILY_MALLOC, 0);
    *word_for(HEAP + 16) = (*word_for(HEAP + 16) & ~UINT64_C(3)) | LW_WORD_FREED;
    ledger->flags |= LW_LATE;

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.freed_count, 1);
    cr_assert_eq(contents.freed[0], HEAP + 16);
}

Test(ledger_reader, mappings_are_no_blocks)
{
    add_block(HEAP, 1 << 20, LW_FAMILY_MAPPING, 0);
    add_block(HEAP + (8 << 20), 0, LW_FAMILY_SHM, 0);

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.block_count, 0);
    cr_assert_eq(contents.mapping_count, 2);
    cr_assert(contents.mappings[0].address == HEAP && contents.mappings[0].size == 1 << 20);
}

Test(ledger_reader, sites_have_their_frames_and_what_threads_hold_back)
{
    struct lw_site *site = add_site(4);
    site->taken_blocks = 10;
    site->taken_bytes = 1000;
    site->generation = 7;
    site->truncated = 1;
    struct lw_thread *thread = add_thread();
    thread->deltas[5] = (struct lw_delta){.site = 1, .taken_blocks = 2, .taken_bytes = 20, .given_blocks = 1, .given_bytes = 5};

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.site_count, 2);
    const struct heap_site *read = &contents.sites[1];
    cr_assert(read->frame_count == 4 && read->frames[0] == 100 && read->frames[3] == 103);
    cr_assert(read->truncated && read->generation == 7);
    cr_assert(read->taken_blocks == 12 && read->taken_bytes == 1020 && read->given_blocks == 1 && read->given_bytes == 5);
    cr_assert(contents.allocations == 12 && contents.frees == 1 && contents.allocated_bytes == 1020);
}

Test(ledger_reader, the_peak_includes_what_threads_hold_back)
{
    add_thread()->unpublished_bytes_max = 300;
    add_thread()->unpublished_bytes_max = 50;
    ledger->live_bytes = 1000;
    ledger->peak_bytes = 1200;

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.peak_bytes, 1350);
    ledger->peak_bytes = 5000;
    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.peak_bytes, 5000);
}

Test(ledger_reader, a_block_on_the_move_is_still_live)
{
    add_block(HEAP, 32, LW_FAMILY_MALLOC, 0);
    add_block(HEAP + 0x100, 32, LW_FAMILY_MALLOC, 0);
    struct lw_thread *thread = add_thread();
    thread->moving_address = HEAP + 0x80;
    thread->moving_word = live_word(HEAP + 0x80, 64, LW_FAMILY_MALLOC, 0);
    thread->moving_size = 64;

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.block_count, 3);
    assert_block(1, HEAP + 0x80, 64);
}

Test(ledger_reader, a_move_that_is_over_is_not_counted_twice)
{
    add_block(HEAP + 0x80, 128, LW_FAMILY_MALLOC, 0);
    struct lw_thread *thread = add_thread();
    thread->moving_address = HEAP + 0x80;
    thread->moving_word = live_word(HEAP + 0x80, 64, LW_FAMILY_MALLOC, 0);
    thread->moving_size = 64;

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.block_count, 1);
    assert_block(0, HEAP + 0x80, 128);
}

Test(ledger_reader, blocks_on_the_move_find_their_places_whatever_their_order)
{
    static const uint64_t offsets[] = {0x400, 0x40, 0x200, 0x200, 0x80}; /* the last one is where another block is */

    add_block(HEAP + 0x80, 32, LW_FAMILY_MALLOC, 0);
    add_block(HEAP + 0x300, 32, LW_FAMILY_MALLOC, 0);
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        struct lw_thread *thread = add_thread();
        thread->moving_address = HEAP + offsets[i];
        thread->moving_word = live_word(HEAP + offsets[i], 16, LW_FAMILY_MALLOC, 0);
        thread->moving_size = 16;
    }

    cr_assert_eq(read_all(), 0);
    cr_assert_not(contents.corrupt);
    cr_assert_eq(contents.block_count, 5);
    assert_block(0, HEAP + 0x40, 16);
    assert_block(1, HEAP + 0x80, 32);
    assert_block(2, HEAP + 0x200, 16);
    assert_block(3, HEAP + 0x300, 32);
    assert_block(4, HEAP + 0x400, 16);
}

Test(ledger_reader, faults_and_root_ranges)
{
    add_site(1);
    ledger->fault_count = LW_FAULTS + 5;
    ledger->faults[0] = (struct lw_fault){.kind = LW_FAULT_DOUBLE_FREE, .address = HEAP, .site = 1, .taken_site = 99};
    ledger->root_region_count = 2;
    ledger->root_regions[1] = (struct lw_root_region){.address = HEAP, .size = 16};

    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.fault_count, 1);
    cr_assert_eq(contents.faults_dropped, 5);
    cr_assert(contents.faults[0].site == 1 && contents.faults[0].taken_site == 0);
    cr_assert_eq(contents.root_range_count, 1);
    cr_assert_eq(contents.root_ranges[0].size, 16);
}

Test(ledger_reader, failures_count_only_where_they_were_asked_for)
{
    add_site(3);
    ledger->failures = (struct lw_failures){.first = 2, .last = 2, .seen = 9, .made = 1, .bytes = 24, .site = 1};
    cr_assert_eq(read_all(), 0);
    cr_assert(contents.failures.seen == 0 && contents.failures.made == 0 && contents.failures.site == 0);

    ledger->flags |= LW_FAILING;
    cr_assert_eq(read_all(), 0);
    cr_assert(contents.failures.seen == 9 && contents.failures.made == 1 && contents.failures.bytes == 24);
    cr_assert_eq(contents.failures.site, 1);
}

Test(ledger_reader, the_call_site_of_a_failure_is_one_that_there_is)
{
    add_site(3);
    ledger->flags |= LW_FAILING;
    ledger->failures = (struct lw_failures){.first = 1, .last = 1, .seen = 1, .made = 1, .site = 2};
    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.failures.site, 0);
    ledger->failures.site = UINT32_MAX;
    cr_assert_eq(read_all(), 0);
    cr_assert_eq(contents.failures.site, 0);
}

Test(ledger_reader, suppressions_are_the_programs_text)
{
    static const char text[] = "leak:foo\nleak:bar\n";
    const uint64_t address = HEAP + 4090; /* across a page */

    strcpy((char *)fake_memory_add(&memory, HEAP, 8192) + 4090, text);
    ledger->suppressions = address;
    cr_assert_eq(read_all(), 0);
    cr_assert_str_eq(contents.suppressions, text);
}

/* ---- What is not as it should be -------------------------------------------------------------------------------------------- */

Test(ledger_reader, a_shim_that_has_not_started)
{
    ledger->magic = 0;
    cr_assert_eq(read_all(), -ENOENT);
}

Test(ledger_reader, another_version_or_garbage)
{
    ledger->version++;
    cr_assert_eq(read_all(), -EPROTO);
    ledger->version--;
    ledger->size--;
    cr_assert_eq(read_all(), -EPROTO);
    ledger->size++;
    ledger->granule_shift = 63;
    cr_assert_eq(read_all(), -EPROTO);
    ledger->magic ^= 1;
    cr_assert_eq(read_all(), -EPROTO);
}

Test(ledger_reader, memory_that_cannot_be_read)
{
    memory.pieces[0].size = 4096;
    cr_assert_eq(read_all(), -EFAULT);
}

Test(ledger_reader, pointers_out_of_the_ledger_are_not_followed)
{
    add_block(HEAP, 24, LW_FAMILY_MALLOC, 0);
    ledger->directory[0] = 0x1000;
    ledger->directory[1] = ARENA + ARENA_SIZE - 8;
    ledger->directory[2] = UINT64_MAX;
    ledger->threads = 0x1000;

    cr_assert_eq(read_all(), 0);
    cr_assert(contents.corrupt);
    cr_assert_eq(contents.block_count, 1); /* what is sound is still read */
}

Test(ledger_reader, rings_of_threads_and_arenas_end)
{
    struct lw_thread *thread = add_thread();
    thread->next = ledger->threads;
    ((struct lw_arena *)fake_memory_at(&memory, ARENA))->next = ARENA;

    cr_assert_eq(read_all(), 0);
    cr_assert(contents.corrupt);
}

Test(ledger_reader, sites_that_are_not_there)
{
    add_block(HEAP, 24, LW_FAMILY_MALLOC, 12345);
    ledger->site_count = UINT32_MAX;

    cr_assert_eq(read_all(), 0);
    cr_assert(contents.corrupt);
    /* no more than would fit into what the shim has: its arena and the pages of its data */
    cr_assert_leq(contents.site_count * sizeof(struct lw_site), ARENA_SIZE + sizeof(struct lw_ledger) + 4096);
    ledger->site_count = 0;
    cr_assert_eq(read_all(), 0);
    cr_assert(contents.corrupt);
    cr_assert_eq(contents.blocks[0].site, 0);
}

/* Only the first page of each piece holds data. */
static int first_pages(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    const struct fake_memory *pieces = context;

    for (size_t i = 0; i < pieces->count; i++) {
        *start = pieces->pieces[i].address > from ? pieces->pieces[i].address : from;
        *end = pieces->pieces[i].address + 4096 < to ? pieces->pieces[i].address + 4096 : to;
        if (*start < *end)
            return 1;
    }
    return 0;
}

Test(ledger_reader, what_was_never_written_is_not_believed)
{
    struct memory_view view = fake_memory_view(&memory);
    const struct ledger_place place = {.address = DATA, .data = {DATA, DATA + 4096}};

    add_site(LW_MAX_FRAMES);
    ledger->site_count = 50000; /* there is room for them in the arena, but no page has them */
    view.next_present = first_pages;
    ledger_contents_finish(&contents);
    cr_assert_eq(ledger_read(&view, &place, true, &contents), 0);
    cr_assert(contents.corrupt);
    cr_assert_leq(contents.site_count * sizeof(struct lw_site), 2 * 4096);
}

Test(ledger_reader, arenas_are_private_memory)
{
    static const struct {
        const char *maps;
        bool corrupt;
    } cases[] = {
        {"20000000-20400000 rw-p 00000000 00:00 0\n", false},
        {"20000000-20001000 rw-p 00000000 00:00 0\n20001000-20400000 r--p 00000000 00:00 0\n", false},
        {"20000000-20400000 rw-s 00000000 00:01 77 /memfd:arena (deleted)\n", true},
        {"20000000-20400000 rw-p 00000000 08:01 77 /tmp/arena\n", true},
        {"20000000-20001000 rw-p 00000000 00:00 0\n", true},
    };
    const struct memory_view view = fake_memory_view(&memory);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memory_maps maps;
        struct ledger_place place = {.address = DATA, .data = {DATA, DATA + 4096}, .maps = &maps};
        memory_maps_parse(cases[i].maps, strlen(cases[i].maps), &maps);
        ledger_contents_finish(&contents);
        cr_assert_eq(ledger_read(&view, &place, true, &contents), 0);
        cr_expect_eq(contents.corrupt, cases[i].corrupt, "case %zu", i);
        memory_maps_finish(&maps);
    }
}

Test(ledger_reader, frames_that_cannot_be_read_are_left_out)
{
    add_site(2)->frames = 0x1000;
    add_site(2)->frame_count = LW_MAX_FRAMES + 1;
    add_site(2);

    cr_assert_eq(read_all(), 0);
    cr_assert(contents.corrupt);
    cr_assert(contents.sites[1].frame_count == 0 && contents.sites[2].frame_count == 0 && contents.sites[3].frame_count == 2);
}

Test(ledger_reader, overlapping_blocks_are_cut)
{
    add_block(HEAP, 4096, LW_FAMILY_MALLOC, 0);
    add_block(HEAP + 0x40, 24, LW_FAMILY_MALLOC, 0);

    cr_assert_eq(read_all(), 0);
    cr_assert(contents.corrupt);
    assert_block(0, HEAP, 0x40);
    assert_block(1, HEAP + 0x40, 24);
}

/* Whatever is in the memory, the result is well-formed. */
Test(ledger_reader, garbage_everywhere)
{
    uint64_t state = 88172645463325252;

    for (int round = 0; round < 20; round++) {
        teardown();
        setup();
        ledger_contents_finish(&contents);
        add_site(3);
        add_thread();
        add_block(HEAP, 24, LW_FAMILY_MALLOC, 1);
        uint64_t *words = fake_memory_at(&memory, ARENA);
        for (size_t i = 4; i < ARENA_SIZE / sizeof *words; i++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            if (round % 2 || state % 64 == 0)
                words[i] ^= state;
        }
        cr_assert_eq(read_all(), 0);
        for (size_t i = 0; i < contents.block_count; i++) {
            cr_assert_lt(contents.blocks[i].site, contents.site_count);
            if (i > 0)
                cr_assert_leq(contents.blocks[i - 1].address + contents.blocks[i - 1].size, contents.blocks[i].address);
        }
    }
}

/* ---- Single addresses ------------------------------------------------------------------------------------------------------- */

static void add_freed(uint64_t address, uint64_t field, uint32_t site)
{
    *word_for(address) = (live_word(address, field, LW_FAMILY_MALLOC, site) & ~UINT64_C(3)) | LW_WORD_FREED;
}

static bool find_live(uint64_t address, struct ledger_block *block)
{
    const struct memory_view view = fake_memory_view(&memory);

    return ledger_find_live(&view, DATA, address, block);
}

static bool is_live(uint64_t address)
{
    const struct memory_view view = fake_memory_view(&memory);

    cr_assert_not(ledger_is_live(&view, 0, address), "there is no ledger");
    return ledger_is_live(&view, DATA, address);
}

static bool find_freed(uint64_t start, uint64_t end, struct ledger_block *block)
{
    const struct memory_view view = fake_memory_view(&memory);

    cr_assert_eq(read_all(), 0);
    return ledger_find_freed(&view, DATA, &contents, start, end, block);
}

Test(ledger_reader, the_live_block_around_an_address_is_found)
{
    struct ledger_block block;

    add_block(HEAP + 0x10, 0x20000, LW_FAMILY_MALLOC, 3);
    cr_assert(find_live(HEAP + 0x20000, &block));
    cr_assert_eq(block.address, HEAP + 0x10);
    cr_assert_eq(block.taken_site, 3);
    cr_assert_not(find_live(HEAP + 0x20010, &block), "it ends there");
    cr_assert_not(find_live(HEAP, &block), "it begins later");
    cr_assert(is_live(HEAP + 0x10));
    cr_assert_not(is_live(HEAP));
}

Test(ledger_reader, a_freed_block_between_hides_a_live_one)
{
    struct ledger_block block;

    add_block(HEAP, 64, LW_FAMILY_MALLOC, 1);
    add_freed(HEAP + 0x40, 64, 2);
    cr_assert_not(find_live(HEAP + 0x60, &block));
    cr_assert(find_freed(HEAP + 0x60, HEAP + 0x70, &block));
    cr_assert_eq(block.address, HEAP + 0x40);
    cr_assert_eq(block.size, 64);
    cr_assert_not(is_live(HEAP + 0x40));
    cr_assert_not(find_freed(HEAP + 0x20, HEAP + 0x30, &block), "that is in the live one");
}

Test(ledger_reader, a_range_that_begins_before_a_freed_block_finds_it)
{
    struct ledger_block block;

    add_freed(HEAP + LW_CHUNK_SPAN + 0x310, 100, 0);
    cr_assert(find_freed(HEAP + LW_CHUNK_SPAN - 4096, HEAP + LW_CHUNK_SPAN + 4096, &block));
    cr_assert_eq(block.address, HEAP + LW_CHUNK_SPAN + 0x310);
    cr_assert_not(find_freed(HEAP + LW_CHUNK_SPAN, HEAP + LW_CHUNK_SPAN + 0x310, &block), "it begins at the end");
}

Test(ledger_reader, where_stacks_of_frees_are_kept_there_is_no_size)
{
    struct ledger_block block;

    ledger->flags |= LW_FREE_STACKS;
    add_site(1);
    add_site(1);
    add_freed(HEAP, 2, 1);
    cr_assert(find_freed(HEAP + 0x1000, HEAP + 0x2000, &block));
    cr_assert(block.size == 0 && block.taken_site == 1 && block.given_site == 2);
    add_freed(HEAP, 77, 99);
    cr_assert(find_freed(HEAP, HEAP + 1, &block));
    cr_assert(block.taken_site == 0 && block.given_site == 0, "there are no such sites");
}

Test(ledger_reader, single_lookups_do_not_follow_pointers_out_of_it_either)
{
    struct ledger_block block;

    add_freed(HEAP, 64, 0);
    ledger->directory[HEAP >> LW_TABLE_SHIFT] = HEAP;
    cr_assert_not(find_freed(HEAP, HEAP + 64, &block));
    cr_assert_not(find_live(HEAP, &block));
}
