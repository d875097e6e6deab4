/* SPDX-License-Identifier: MIT
 *
 * Heaps of every release: what is live is told, what is free is not. */
#include <criterion/criterion.h>

#include "fake_heap.h"
#include "glibc_heap/heap_layout.h"

#define FOR_EACH_RELEASE for (const struct fake_release *r = fake_releases; r < fake_releases + fake_release_count; r++)

static void expect_blocks(struct fake_heap *heap, const uint64_t *chunks, const uint64_t *sizes, size_t count)
{
    cr_assert_eq(heap->result.block_count, count, "%s: %zu blocks, not %zu", heap->release->name, heap->result.block_count, count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(heap->result.blocks[i].address, chunks[i] + 16, "%s: block %zu at %#lx", heap->release->name, i,
                     (unsigned long)heap->result.blocks[i].address);
        cr_expect_eq(heap->result.blocks[i].size, sizes[i], "%s: block %zu has size %lu, not %lu", heap->release->name, i,
                     (unsigned long)heap->result.blocks[i].size, (unsigned long)sizes[i]);
        cr_expect_eq(heap->result.blocks[i].unused, 0);
    }
}

Test(glibc_heap_layouts, a_heap_that_was_never_used_is_not_found)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        fake_read(heap, GLIBC_HEAP_NOT_FOUND);
        cr_expect_eq(heap->result.block_count, 0);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, blocks_may_all_have_mappings_of_their_own)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        uint64_t chunk = fake_mapped(heap, 34, 0), size = 34 * 4096 - (r->later_mapped ? 24 : 16);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, &chunk, &size, 1);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, the_main_arena_is_found_in_a_static_program)
{
    struct fake_heap *heap = fake_create(fake_release_named("2.35"));
    struct fake_area area = fake_brk(heap);
    uint64_t chunk = fake_live(&area, 64), size = 56;

    fake_top(&area, FAKE_BRK_END);
    for (size_t i = 0; i < heap->maps.count; i++)
        if (heap->map_array[i].inode)
            heap->map_array[i].path = "/bin/program";
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    expect_blocks(heap, &chunk, &size, 1);
    fake_destroy(heap);
}

Test(glibc_heap_layouts, chunks_in_bins_are_free)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        uint64_t chunks[4];
        chunks[0] = fake_live(&area, 32);
        fake_free(&area, 80, 5);
        chunks[1] = fake_live(&area, 48);
        fake_free(&area, 0x500, 48 + 0x500 / 64);
        chunks[2] = fake_live(&area, 0x1000);
        fake_free(&area, 0x200, BIN_UNSORTED);
        chunks[3] = fake_live(&area, 32);
        fake_top(&area, FAKE_BRK_END);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){24, 40, 0xff8, 24}, 4);
        const struct glibc_arena *arena = heap->result.arenas;
        cr_expect_eq(arena->small_bins.bytes, 80);
        cr_expect_eq(arena->large_bins.bytes, 0x500);
        cr_expect_eq(arena->unsorted.bytes, 0x200);
        cr_expect_eq(arena->live.bytes, 32 + 48 + 0x1000 + 32);
        cr_expect_eq(arena->top.bytes, FAKE_BRK_END - area.at + arena->top.bytes);
        cr_expect_eq(arena->largest_free, 0x500);
        cr_expect_eq(arena->pin_address, chunks[3] + 16);
        cr_expect_eq(arena->pin_distance, 0);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, chunks_in_fast_bins_are_free)
{
    FOR_EACH_RELEASE
    {
        if (r->fast == 0)
            continue;
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap), other = fake_second(heap);
        uint64_t chunks[2];
        chunks[0] = fake_live(&area, 32);
        for (int i = 0; i < 5; i++)
            fake_fast(&area, 32 + 16 * (uint64_t)(i % 2));
        fake_top(&area, FAKE_BRK_END);
        fake_fast(&other, 0x80);
        chunks[1] = fake_live(&other, 32);
        fake_top(&other, FAKE_HEAP + 0x40000);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){24, 24}, 2);
        cr_expect_eq(heap->result.arenas[0].fast_bins.count, 5);
        cr_expect_eq(heap->result.arenas[1].fast_bins.bytes, 0x80);
        cr_expect_eq(heap->result.arenas[0].pin_address, chunks[0] + 16);
        cr_expect_eq(heap->result.arenas[0].pin_distance, 3 * 32 + 2 * 48);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, chunks_in_tcaches_are_free_whatever_arena_they_are_of)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap), other = fake_second(heap);
        uint64_t live, size = 24, tcache = fake_tcache(&area, 0);
        for (int i = 0; i < 6; i++)
            fake_cache(heap, tcache, fake_live(&area, 32 + 16 * (uint64_t)(i % 3)));
        fake_cache(heap, tcache, fake_live(&other, 0x410));
        if (r->tcache_bins > 64)
            fake_cache(heap, tcache, fake_live(&other, 0x8000));
        live = fake_live(&area, 32);
        fake_top(&area, FAKE_BRK_END);
        fake_top(&other, FAKE_HEAP + 0x40000);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, &live, &size, 1);
        cr_expect_eq(heap->result.tcaches, 1);
        cr_expect_eq(heap->result.tcaches_orphaned, 0);
        cr_expect_eq(heap->result.arenas[0].tcache.count, 6);
        cr_expect_eq(heap->result.arenas[1].tcache.count, r->tcache_bins > 64 ? 2 : 1);
        cr_expect_eq(heap->result.arenas[0].own.count, 1);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, tcaches_of_unknown_threads_are_found)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        uint64_t tcache = fake_tcache(&area, 0);
        fake_cache(heap, tcache, fake_live(&area, 0x100));
        fake_top(&area, FAKE_BRK_END);
        heap->thread_count = 0;
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        cr_expect_eq(heap->result.block_count, 0);
        cr_expect_eq(heap->result.tcaches_orphaned, 1);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, a_block_of_the_size_of_a_tcache_is_a_block)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        uint64_t size = (r->tcache_size + 8 + 15) & ~UINT64_C(15), chunks[3] = {0};
        fake_live(&area, 32); /* the first is the thread's own */
        for (int i = 0; i < 3; i++)
            chunks[i] = fake_live(&area, size);
        for (uint64_t at = 16; at + 16 < size; at += 8)
            fake_put(heap, chunks[1] + at, at * UINT64_C(0x123456789abc));
        for (uint64_t at = 16; at + 16 < size; at += 8)
            fake_put(heap, chunks[2] + at, chunks[0] + 16);
        fake_top(&area, FAKE_BRK_END);
        fake_put(heap, heap->thread_pointers[0] - 0x40, chunks[0] + 16);
        fake_put(heap, heap->thread_pointers[0] - 0x48, chunks[1] + 16);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        cr_expect_eq(heap->result.block_count, 4, "%s", r->name);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, arenas_have_several_heaps)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area first = fake_second(heap), second = first;
        uint64_t chunks[2], next = FAKE_HEAP + (UINT64_C(64) << 20);
        chunks[0] = fake_live(&first, 0x100);
        fake_free(&first, FAKE_HEAP + 0x40000 - 32 - first.at, 124);
        fake_fence(&first);
        fake_map(heap, next, 0x21000, "");
        fake_put(heap, next, first.arena);
        fake_put(heap, next + 8, FAKE_HEAP);
        fake_put(heap, next + 16, 0x21000);
        fake_put(heap, next + 24, 0x21000);
        second.at = next + r->heap_info;
        chunks[1] = fake_live(&second, 64);
        fake_top(&second, next + 0x21000);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){0xf8, 56}, 2);
        cr_expect_eq(heap->result.arenas[1].heaps, 2);
        fake_destroy(heap);
    }
}

/* sysmalloc() leaves 16 bytes of a top chunk of 48 besides the fenceposts, which is too little for a free chunk. */
Test(glibc_heap_layouts, a_heap_may_end_in_a_remainder_of_its_top_chunk)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area first = fake_second(heap), second = first;
        uint64_t chunks[2], next = FAKE_HEAP + (UINT64_C(64) << 20);
        chunks[0] = fake_live(&first, FAKE_HEAP + 0x40000 - 48 - first.at);
        fake_put(heap, first.at + 8, 0x20 | PREV_INUSE);
        fake_put(heap, first.at + 0x28, PREV_INUSE);
        fake_map(heap, next, 0x21000, "");
        fake_put(heap, next, first.arena);
        fake_put(heap, next + 8, FAKE_HEAP);
        fake_put(heap, next + 16, 0x21000);
        fake_put(heap, next + 24, 0x21000);
        second.at = next + r->heap_info;
        chunks[1] = fake_live(&second, 64);
        fake_top(&second, next + 0x21000);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){chunks[0] ? FAKE_HEAP + 0x40000 - 48 - chunks[0] - 8 : 0, 56}, 2);
        fake_destroy(heap);
    }
}

/* Where the program break could not grow, the main arena has areas from mmap, the oldest ones ended by fenceposts. */
Test(glibc_heap_layouts, the_main_arena_may_have_areas_elsewhere)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap), old = area, newest = area;
        uint64_t chunks[3], taken = FAKE_BRK_END - FAKE_BRK + 0x10000 + 0x8000;
        fake_map(heap, FAKE_MAPPED, 0x100000, "");
        chunks[0] = fake_live(&area, FAKE_BRK_END - FAKE_BRK - 32);
        fake_fence(&area);
        old.at = FAKE_MAPPED + 0x3000;
        chunks[1] = fake_live(&old, 0x10000 - 48);
        fake_put(heap, old.at + 8, 0x11); /* three fenceposts: a remainder again */
        old.at += 16;
        fake_fence(&old);
        newest.at = FAKE_MAPPED + 0x13000;
        chunks[2] = fake_live(&newest, 64);
        fake_top(&newest, FAKE_MAPPED + 0x1b000);
        fake_put(heap, FAKE_MAIN, UINT64_C(2) << 32); /* not contiguous */
        fake_put(heap, FAKE_MAIN + r->system_mem, taken);
        fake_put(heap, FAKE_MAIN + r->system_mem + 8, taken);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){FAKE_BRK_END - FAKE_BRK - 40, 0x10000 - 56, 56}, 3);
        cr_expect_eq(heap->result.arenas[0].heaps, 3);
        cr_expect_eq(heap->result.arenas[0].foreign_bytes, 0);
        fake_destroy(heap);
    }
}

/* realloc() moves the mapping of an aligned block as a whole, to where the block need not be aligned any more. */
Test(glibc_heap_layouts, an_aligned_block_may_have_been_moved)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        uint64_t chunk = fake_mapped(heap, 40, 0x4ff0), less = r->later_mapped ? 24 : 16;
        cr_assert_neq((chunk + 16) % 0x2000, 0);
        fake_put(heap, FAKE_MAPPED + 8, 0x30002 - (r->later_mapped ? 16 : 0)); /* as large as it was before */
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, &chunk, (uint64_t[]){40 * 4096 - 0x4ff0 - less}, 1);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, a_block_may_reach_over_several_mappings)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        uint64_t chunks[2] = {fake_mapped(heap, 34, 0), 0}, less = r->later_mapped ? 24 : 16;
        chunks[1] = fake_mapped(heap, 35, 0);
        /* The program changed the flags of the middle of the block, and has what looks like a chunk there. */
        fake_put(heap, FAKE_MAPPED + 0x8008, 0x3002);
        fake_put(heap, FAKE_MAPPED + 0x10008, 0x2ff2);
        for (size_t i = 0; i < heap->maps.count; i++) {
            if (heap->map_array[i].start == FAKE_MAPPED) {
                heap->map_array[heap->maps.count] = heap->map_array[heap->maps.count + 1] = heap->map_array[i];
                heap->map_array[i].end = FAKE_MAPPED + 0x8000;
                heap->map_array[heap->maps.count].start = FAKE_MAPPED + 0x8000;
                heap->map_array[heap->maps.count].end = FAKE_MAPPED + 0x10000;
                heap->map_array[heap->maps.count + 1].start = FAKE_MAPPED + 0x10000;
                heap->maps.count += 2;
                break;
            }
        }
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){34 * 4096 - less, 35 * 4096 - less}, 2);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, mapped_chunks_are_found_between_other_memory)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        uint64_t chunks[6], sizes[6], offset, less = r->later_mapped ? 24 : 16;
        chunks[0] = fake_live(&area, 32);
        fake_top(&area, FAKE_BRK_END);
        chunks[1] = fake_mapped(heap, 33, 0);
        chunks[2] = fake_mapped(heap, 40, 0xff0); /* aligned to a page */
        heap->mapped_at += 0x3000;                /* somebody else's */
        chunks[3] = fake_mapped(heap, 36, 48);
        fake_put(heap, heap->mapped_at + 8, 0x12345);
        heap->mapped_at += 0x1000;
        chunks[4] = fake_mapped(heap, 34, 0);
        fake_put(heap, chunks[4] + 0x1008, 0x1002);      /* inside a block: no chunk */
        offset = 0x8000 - heap->mapped_at % 0x8000 - 16; /* aligned to 32 KiB */
        chunks[5] = fake_mapped(heap, 40, offset);
        sizes[0] = 24;
        sizes[1] = 33 * 4096 - less;
        sizes[2] = 40 * 4096 - 0xff0 - less;
        sizes[3] = 36 * 4096 - 48 - less;
        sizes[4] = 34 * 4096 - less;
        sizes[5] = 40 * 4096 - offset - less;
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, sizes, 6);
        cr_expect_eq(heap->result.mapped.count, 5);
        cr_expect_eq(heap->result.mapped.bytes, heap->mapped_bytes);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, others_may_move_the_program_break)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        uint64_t chunks[2];
        chunks[0] = fake_live(&area, 0x2000 - 32);
        fake_fence(&area);
        for (uint64_t at = area.at; at < FAKE_BRK + 0x5230; at += 8)
            fake_put(heap, at, 0x2020202020202020);
        area.at = FAKE_BRK + 0x5230;
        chunks[1] = fake_live(&area, 64);
        fake_top(&area, FAKE_BRK_END);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){0x2000 - 40, 56}, 2);
        cr_expect_eq(heap->result.arenas[0].foreign_bytes, 0x3230);
        cr_assert_eq(heap->result.foreign_count, 1);
        cr_expect_eq(heap->result.foreign[0].start, FAKE_BRK + 0x2000);
        cr_expect_eq(heap->result.foreign[0].end, FAKE_BRK + 0x5230);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, others_may_take_what_is_behind_the_top)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        fake_live(&area, 64);
        fake_top(&area, FAKE_BRK_END - 0x3000);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        cr_assert_eq(heap->result.foreign_count, 1);
        cr_expect_eq(heap->result.foreign[0].start, FAKE_BRK_END - 0x3000);
        cr_expect_eq(heap->result.foreign[0].end, FAKE_BRK_END);
        fake_destroy(heap);
    }
}

/* The first block of an arena is the tcache of the thread that used it first. */
Test(glibc_heap_layouts, an_empty_tcache_is_no_block_of_the_program)
{
    FOR_EACH_RELEASE
    {
        struct fake_heap *heap = fake_create(r);
        struct fake_area area = fake_brk(heap);
        uint64_t size = (r->tcache_size + 8 + 15) & ~UINT64_C(15), chunks[2];
        fake_tcache(&area, 0);
        chunks[0] = fake_live(&area, size); /* the same, but not the first */
        chunks[1] = fake_live(&area, 64);
        fake_top(&area, FAKE_BRK_END);
        fake_read(heap, GLIBC_HEAP_COMPLETE);
        expect_blocks(heap, chunks, (uint64_t[]){size - 8, 56}, 2);
        cr_expect_eq(heap->result.tcaches, 1);
        fake_destroy(heap);
    }
}

Test(glibc_heap_layouts, free_pages_that_hold_data_are_counted)
{
    struct fake_heap *heap = fake_create(fake_release_named("2.35"));
    struct fake_area area = fake_brk(heap);

    fake_live(&area, 32);
    fake_free(&area, 0x8000, 118);
    fake_live(&area, 32);
    fake_top(&area, FAKE_BRK_END);
    heap->absent_start = FAKE_BRK + 0x3000;
    heap->absent_end = FAKE_BRK + 0x5000;
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_expect_eq(heap->result.arenas[0].resident_free_bytes, 0x7000 - 0x2000 + 0x40000 - 0x9000);
    fake_destroy(heap);
}

Test(glibc_heap_layouts, resident_bytes_are_divided_among_chunks)
{
    struct fake_heap *heap = fake_create(fake_release_named("2.35"));
    struct fake_area area = fake_brk(heap);

    fake_live(&area, 0x2100);
    fake_free(&area, 0x8000, 118);
    fake_fast(&area, 64);
    fake_live(&area, 0x2000);
    uint64_t top = area.at;
    fake_top(&area, FAKE_BRK_END);
    heap->absent_start = FAKE_BRK + 0x1000;
    heap->absent_end = FAKE_BRK + 0x4000;
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    const struct glibc_resident *resident = &heap->result.arenas[0].resident;
    cr_expect_eq(resident->live, 0x1000 + 0x2000, "%#lx", resident->live);
    cr_expect_eq(resident->cached, 64);
    cr_expect_eq(resident->free, 0x2100 + 0x8000 - 0x4000 + FAKE_BRK_END - top, "%#lx", resident->free);
    cr_expect_eq(resident->allocator, 0);
    cr_assert_eq(heap->result.extent_count, 1);
    cr_expect_eq(heap->result.extents[0].start, FAKE_BRK);
    cr_expect_eq(heap->result.extents[0].end, FAKE_BRK_END);
    fake_destroy(heap);
}

Test(glibc_heap_layouts, the_block_below_the_top_is_told)
{
    struct fake_heap *heap = fake_create(fake_release_named("2.35"));
    struct fake_area area = fake_brk(heap);

    fake_live(&area, 64);
    uint64_t last = fake_live(&area, 48);
    fake_fast(&area, 64);
    fake_top(&area, FAKE_BRK_END);
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_expect_eq(heap->result.arenas[0].pin_address, last + 16);
    cr_expect_eq(heap->result.arenas[0].pin_size, 40);
    cr_expect_eq(heap->result.arenas[0].pin_distance, 64);
    fake_destroy(heap);
}

/* malloc_trim() empties fast bins first: what stood in single chunks makes whole pages then. */
Test(glibc_heap_layouts, fast_chunks_side_by_side_can_be_given_back)
{
    struct fake_heap *heap = fake_create(fake_release_named("2.35"));
    struct fake_area area = fake_brk(heap);

    fake_live(&area, 32);
    for (int i = 0; i < 0x2000 / 64; i++)
        fake_fast(&area, 64);
    fake_free(&area, 0x2000, 107);
    fake_live(&area, 32);
    heap->absent_start = (area.at + 0xfff) & ~UINT64_C(0xfff);
    fake_top(&area, FAKE_BRK_END);
    heap->absent_end = FAKE_BRK_END;
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_expect_eq(heap->result.arenas[0].resident_free_bytes, 0x3000, "%#lx", heap->result.arenas[0].resident_free_bytes);
    fake_destroy(heap);
}

/* Of the arenas of threads malloc_trim() gives back what lies between blocks, but not what is at the top. */
Test(glibc_heap_layouts, the_top_of_a_second_arena_is_not_given_back)
{
    struct fake_heap *heap = fake_create(fake_release_named("2.35"));
    struct fake_area main_area = fake_brk(heap), area;

    fake_live(&main_area, 32);
    fake_top(&main_area, FAKE_BRK_END);
    area = fake_second(heap);
    fake_live(&area, 32);
    fake_free(&area, 0x8000, 118);
    fake_live(&area, 32);
    fake_top(&area, FAKE_HEAP + 0x40000);
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_assert_eq(heap->result.arena_count, 2);
    cr_expect_eq(heap->result.arenas[0].resident_free_bytes, 0x3f000);
    cr_expect_eq(heap->result.arenas[1].resident_free_bytes, 0x7000, "%#lx", heap->result.arenas[1].resident_free_bytes);
    fake_destroy(heap);
}

Test(glibc_heap_layouts, bins_are_those_of_glibc)
{
    cr_expect_eq(bin_of_size(32), 2);
    cr_expect_eq(bin_of_size(1008), 63);
    cr_expect_eq(bin_of_size(1024), 64);
    cr_expect_eq(bin_of_size(1088), 65);
    cr_expect_eq(bin_of_size(3072 + 63), 96);
    cr_expect_eq(bin_of_size(3136), 97);
    cr_expect_eq(bin_of_size(10752 - 1), 111);
    cr_expect_eq(bin_of_size(10752), 112);
    cr_expect_eq(bin_of_size(45056), 120);
    cr_expect_eq(bin_of_size(163840), 124);
    cr_expect_eq(bin_of_size(524288), 126);
    cr_expect_eq(tcache_bin_of_size(0x410), 63);
    cr_expect_eq(tcache_bin_of_size(0x420), 64);
    cr_expect_eq(tcache_bin_of_size(0x800), 65);
}
