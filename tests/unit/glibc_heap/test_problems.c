/* SPDX-License-Identifier: MIT
 *
 * Heaps that are locked, incomplete or damaged: each is told as what it is, with the place. */
#include <criterion/criterion.h>

#include "fake_heap.h"
#include "glibc_heap/heap_layout.h"

/* A heap with a bit of everything. */
static struct fake_heap *heap;
static struct fake_area area, other;
static uint64_t live[4], small[2], large, fast[2], tcache, cached[3], top, other_live[2], other_top;

static void build(void)
{
    heap = fake_create(fake_release_named("2.35"));
    area = fake_brk(heap);
    other = fake_second(heap);
    tcache = fake_tcache(&area, 0);
    live[0] = fake_live(&area, 32);
    small[0] = fake_free(&area, 0x90, 9);
    live[1] = fake_live(&area, 0x60);
    small[1] = fake_free(&area, 0x90, 9);
    live[2] = fake_live(&area, 0x2000);
    fast[0] = fake_fast(&area, 48);
    fast[1] = fake_fast(&area, 48);
    for (int i = 0; i < 3; i++)
        cached[i] = fake_live(&area, 0x20 + 16 * (uint64_t)i);
    fake_live(&area, 0x2000);
    live[3] = fake_live(&area, 0x50);
    top = area.at;
    fake_top(&area, FAKE_BRK_END);
    other_live[0] = fake_live(&other, 0x100);
    large = fake_free(&other, 0x500, 68);
    other_live[1] = fake_live(&other, 0x100);
    other_top = other.at;
    fake_top(&other, FAKE_HEAP + 0x40000);
    for (int i = 0; i < 3; i++)
        fake_cache(heap, tcache, cached[i]);
    fake_mapped(heap, 33, 0);
}

static void destroy(void)
{
    fake_destroy(heap);
}

TestSuite(glibc_heap_problems, .init = build, .fini = destroy);

Test(glibc_heap_problems, none)
{
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_expect_eq(heap->result.block_count, 8);
    cr_expect_eq(heap->result.mapped.count, 1);
}

Test(glibc_heap_problems, a_locked_arena_is_told_as_locked)
{
    fake_put(heap, other.arena, 1 | UINT64_C(2) << 32);
    fake_read_problem(heap, GLIBC_HEAP_ARENA_LOCKED, other.arena);
    cr_expect_eq(heap->result.block_count, 0);
}

Test(glibc_heap_problems, a_locked_arena_can_be_left_out)
{
    fake_put(heap, FAKE_MAIN, 2);
    heap->skip_locked = true;
    fake_read_problem(heap, GLIBC_HEAP_ARENA_LEFT_OUT, FAKE_MAIN);
    cr_expect(heap->result.arenas[0].left_out && !heap->result.arenas[1].left_out);
    cr_expect(fake_has_block(heap, other_live[0]) && !fake_has_block(heap, live[0]));
    cr_expect_eq(heap->result.mapped.count, 1);
}

Test(glibc_heap_problems, lists_may_lead_into_an_arena_that_is_left_out)
{
    struct fake_area more = other;
    more.at = other_top;
    uint64_t chunk = fake_live(&more, 0x40), mine = fake_tcache(&more, 0), gone = live[0];

    fake_top(&more, FAKE_HEAP + 0x40000);
    fake_cache(heap, mine, gone);
    fake_cache(heap, mine, chunk);
    fake_put(heap, FAKE_MAIN, 1);
    heap->skip_locked = true;
    fake_read_problem(heap, GLIBC_HEAP_ARENA_LEFT_OUT, FAKE_MAIN);
    cr_expect(!fake_has_block(heap, chunk) && fake_has_block(heap, other_live[0]));
}

Test(glibc_heap_problems, no_arena)
{
    fake_put(heap, FAKE_MAIN + heap->release->next, FAKE_MAIN + 16);
    fake_read(heap, GLIBC_HEAP_NOT_FOUND);
}

Test(glibc_heap_problems, an_arena_whose_bin_is_empty_from_one_side_only)
{
    fake_put(heap, FAKE_MAIN + heap->release->bins + 16 * 8, FAKE_MAIN + heap->release->bins + 16 * 8 - 16);
    fake_read_problem(heap, GLIBC_HEAP_BAD_ARENA, FAKE_MAIN);
    cr_expect(fake_has_block(heap, other_live[0]));
}

Test(glibc_heap_problems, an_arena_whose_top_is_nowhere)
{
    fake_put(heap, FAKE_MAIN + heap->release->top, 0x4141414141414140);
    fake_read_problem(heap, GLIBC_HEAP_BAD_ARENA, FAKE_MAIN);
    cr_expect(fake_has_block(heap, other_live[0]));
}

Test(glibc_heap_problems, a_heap_of_nobody)
{
    fake_put(heap, FAKE_HEAP, other.arena + 0x40);
    fake_read_problem(heap, GLIBC_HEAP_BAD_HEAP, other.arena);
    cr_expect(fake_has_block(heap, live[0]));
}

Test(glibc_heap_problems, a_heap_larger_than_its_mapping)
{
    fake_put(heap, FAKE_HEAP + 16, 0x80000);
    fake_put(heap, FAKE_HEAP + 24, 0x80000);
    fake_read_problem(heap, GLIBC_HEAP_BAD_HEAP, FAKE_HEAP);
}

Test(glibc_heap_problems, a_heap_with_more_room_than_heaps_have)
{
    fake_put(heap, FAKE_HEAP + 24, 0xffffffffff020000);
    fake_read_problem(heap, GLIBC_HEAP_BAD_HEAP, FAKE_HEAP);
}

Test(glibc_heap_problems, heaps_in_a_ring)
{
    fake_put(heap, FAKE_HEAP + 8, FAKE_HEAP);
    fake_read_problem(heap, GLIBC_HEAP_BAD_HEAP, FAKE_HEAP);
}

Test(glibc_heap_problems, memory_that_cannot_be_read)
{
    heap->hole_start = fast[0] & ~UINT64_C(4095);
    heap->hole_end = heap->hole_start + 4096;
    fake_read_problem(heap, GLIBC_HEAP_UNREADABLE, fast[0]);
}

Test(glibc_heap_problems, a_chunk_size_that_is_too_small)
{
    fake_put(heap, live[2] + 8, 0x11);
    fake_read_problem(heap, GLIBC_HEAP_BAD_SIZE, live[2]);
    cr_expect(fake_has_block(heap, live[1]) && fake_has_block(heap, other_live[0]), "the rest is told");
}

Test(glibc_heap_problems, a_chunk_size_that_is_too_large)
{
    fake_put(heap, live[3] + 8, 0x100051);
    fake_read_problem(heap, GLIBC_HEAP_BAD_SIZE, live[3]);
}

Test(glibc_heap_problems, a_chunk_size_that_is_no_multiple_of_16)
{
    fake_put(heap, live[3] + 8, 0x59);
    fake_read_problem(heap, GLIBC_HEAP_BAD_SIZE, live[3]);
}

Test(glibc_heap_problems, a_chunk_size_that_hides_the_next_chunk)
{
    fake_put(heap, live[1] + 8, 0x60 + 0x90); /* so that the next one is not at the place that the bin knows */
    fake_read_problem(heap, GLIBC_HEAP_BAD_PREV_SIZE, live[1]);
}

Test(glibc_heap_problems, a_chunk_of_another_kind_of_arena)
{
    fake_put(heap, live[3] + 8, 0x50 | PREV_INUSE | NON_MAIN_ARENA);
    fake_read_problem(heap, GLIBC_HEAP_BAD_FLAGS, live[3]);
    fake_put(heap, live[3] + 8, 0x50 | PREV_INUSE);
    fake_put(heap, other_live[0] + 8, 0x100 | PREV_INUSE);
    fake_read_problem(heap, GLIBC_HEAP_BAD_FLAGS, other_live[0]);
}

Test(glibc_heap_problems, a_mapped_chunk_within_a_heap)
{
    fake_put(heap, live[3] + 8, 0x50 | PREV_INUSE | IS_MMAPPED);
    fake_read_problem(heap, GLIBC_HEAP_BAD_FLAGS, live[3]);
}

Test(glibc_heap_problems, the_end_of_a_free_chunk_overwritten)
{
    fake_put(heap, live[1], 0x4141414141414141);
    fake_read_problem(heap, GLIBC_HEAP_BAD_PREV_SIZE, small[0]);
}

Test(glibc_heap_problems, free_chunks_side_by_side)
{
    fake_put(heap, live[2] + 8, 0x2000); /* says that the chunk before is free: it is */
    fake_put(heap, live[2], 0x90);
    fake_put(heap, fast[0] + 8, 48);
    fake_put(heap, fast[0], 0x2000);
    fake_read_problem(heap, GLIBC_HEAP_FREE_NEIGHBOURS, live[2]);
}

Test(glibc_heap_problems, a_top_chunk_in_the_middle_of_another)
{
    fake_put(heap, live[2] + 0x108, 0x21);
    fake_put(heap, other.arena + heap->release->top, other_live[0] + 0x20);
    fake_put(heap, other_live[0] + 0x28, 0x20 | PREV_INUSE);
    fake_read_problem(heap, GLIBC_HEAP_TOP_MISSED, FAKE_HEAP + 0x40000);
}

Test(glibc_heap_problems, a_top_chunk_that_ends_too_early)
{
    fake_put(heap, other_top + 8, 0x1000 | PREV_INUSE);
    fake_read_problem(heap, GLIBC_HEAP_BAD_TOP, other_top);
}

Test(glibc_heap_problems, a_bin_that_leads_to_a_chunk_in_use)
{
    fake_put(heap, small[0] + 16, live[2]);
    fake_read_problem(heap, GLIBC_HEAP_BIN_BROKEN, small[0]);
}

Test(glibc_heap_problems, a_bin_that_leads_to_a_chunk_of_another_arena)
{
    fake_put(heap, small[0] + 16, large);
    fake_read_problem(heap, GLIBC_HEAP_BIN_BROKEN, small[0]);
}

Test(glibc_heap_problems, neighbours_in_a_bin_that_disagree)
{
    fake_put(heap, small[1] + 24, large);
    fake_read_problem(heap, GLIBC_HEAP_BIN_LINKS, small[1]);
}

Test(glibc_heap_problems, a_bin_that_runs_in_a_ring)
{
    fake_put(heap, small[1] + 16, small[0]);
    fake_read_problem(heap, GLIBC_HEAP_BIN_LINKS, small[0]);
}

Test(glibc_heap_problems, a_bin_that_ends_elsewhere_than_it_says)
{
    uint64_t bin = FAKE_MAIN + heap->release->bins + 16 * 8;

    fake_put(heap, bin + 8, small[0]);
    fake_read_problem(heap, GLIBC_HEAP_BIN_LINKS, bin - 16);
}

Test(glibc_heap_problems, a_chunk_in_a_bin_for_other_sizes)
{
    struct fake_area more = area;

    more.at = top;
    uint64_t wrong = fake_free(&more, 0x100, 15);
    fake_live(&more, 32);
    fake_top(&more, FAKE_BRK_END);
    fake_read_problem(heap, GLIBC_HEAP_BIN_WRONG, wrong);
}

Test(glibc_heap_problems, a_free_chunk_in_no_bin)
{
    uint64_t bin = FAKE_MAIN + heap->release->bins + 16 * 8;

    fake_put(heap, small[0] + 16, bin - 16);
    fake_put(heap, bin + 8, small[0]);
    fake_read_problem(heap, GLIBC_HEAP_NOT_IN_BIN, small[1]);
}

Test(glibc_heap_problems, a_fast_bin_that_leads_to_another_size)
{
    fake_put(heap, fast[0] + 16, (fast[0] + 16) >> 12 ^ live[0]);
    fake_read_problem(heap, GLIBC_HEAP_FAST_BIN_BROKEN, live[0] + 16);
}

Test(glibc_heap_problems, a_fast_bin_that_runs_in_a_ring)
{
    fake_put(heap, fast[0] + 16, (fast[0] + 16) >> 12 ^ fast[1]);
    fake_read(heap, GLIBC_HEAP_CORRUPT);
    cr_expect_eq(heap->result.problem, GLIBC_HEAP_FAST_BIN_BROKEN);
}

Test(glibc_heap_problems, a_tcache_that_leads_nowhere)
{
    fake_put(heap, cached[1] + 16, 0x4141414141414141);
    fake_read(heap, GLIBC_HEAP_CORRUPT);
    cr_expect_eq(heap->result.problem, GLIBC_HEAP_TCACHE_BROKEN);
    cr_expect(fake_has_block(heap, live[0]) && !fake_has_block(heap, cached[0]));
}

Test(glibc_heap_problems, a_tcache_whose_count_is_one_off_belongs_to_a_busy_thread)
{
    fake_put(heap, tcache + 16, fake_get(heap, tcache + 16) + 1);
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_expect(!fake_has_block(heap, cached[0]));
}

Test(glibc_heap_problems, a_tcache_whose_count_is_wrong)
{
    fake_put(heap, tcache + 16, fake_get(heap, tcache + 16) + 5);
    fake_read(heap, GLIBC_HEAP_CORRUPT);
    cr_expect_eq(heap->result.problem, GLIBC_HEAP_TCACHE_BROKEN);
}

Test(glibc_heap_problems, a_tcache_whose_count_of_free_slots_is_wrong)
{
    struct fake_heap *later = fake_create(fake_release_named("2.42"));
    struct fake_area run = fake_brk(later);
    uint64_t mine = fake_tcache(&run, 0);

    fake_cache(later, mine, fake_live(&run, 64));
    fake_top(&run, FAKE_BRK_END);
    fake_read(later, GLIBC_HEAP_COMPLETE);
    fake_put(later, mine + 16, fake_get(later, mine + 16) + 5);
    fake_read(later, GLIBC_HEAP_CORRUPT);
    cr_expect_eq(later->result.problem, GLIBC_HEAP_TCACHE_BROKEN);
    fake_destroy(later);
}

Test(glibc_heap_problems, a_thread_whose_tcache_is_not_recognised)
{
    heap->thread_pointers[1] = FAKE_TLS + 0xc00;
    heap->thread_count = 2;
    fake_put(heap, heap->thread_pointers[1] - 0x70, live[2] + 16);
    fake_read_problem(heap, GLIBC_HEAP_TCACHE_UNCHECKED, live[2] + 16);
}

static size_t (*read_in_heap)(void *context, uint64_t address, void *buffer, size_t size);
static size_t failed_reads;

static size_t count_failed(void *context, uint64_t address, void *buffer, size_t size)
{
    const size_t read = read_in_heap(context, address, buffer, size);

    failed_reads += read == 0;
    return read;
}

/* Threads that have only taken blocks have tcaches that hold nothing, so that the variable is looked for as far as it can be. */
Test(glibc_heap_problems, thread_local_memory_is_not_searched_beyond_its_end)
{
    fake_put(heap, heap->thread_pointers[0] - 0x70, 0);
    read_in_heap = heap->view.read;
    heap->view.read = count_failed;
    fake_read(heap, GLIBC_HEAP_COMPLETE);
    cr_expect_leq(failed_reads, 4, "%zu reads have failed", failed_reads);
}

Test(glibc_heap_problems, more_mapped_chunks_counted_than_found)
{
    uint64_t count = FAKE_MP + heap->release->mp_n_mmaps - 4;

    fake_put(heap, count, UINT64_C(2) << 32);
    fake_put(heap, count + 8, fake_get(heap, count + 8) + (UINT64_C(1) << 32));
    fake_read_problem(heap, GLIBC_HEAP_MAPPED_MISMATCH, 0);
    cr_expect_eq(heap->result.mapped_expected, 2);
    cr_expect_eq(heap->result.mapped.count, 1);
}

Test(glibc_heap_problems, no_count_of_mapped_chunks)
{
    fake_put(heap, FAKE_MP + heap->release->mp_sbrk_base, 0);
    fake_read_problem(heap, GLIBC_HEAP_MAPPED_UNCHECKED, 0);
    cr_expect_eq(heap->result.block_count, 8);
}

Test(glibc_heap_problems, memory_of_the_main_arena_that_is_not_there)
{
    fake_put(heap, FAKE_MAIN, UINT64_C(2) << 32); /* not contiguous */
    fake_put(heap, FAKE_MAIN + heap->release->system_mem, FAKE_BRK_END - FAKE_BRK + 0x100000);
    fake_put(heap, FAKE_MAIN + heap->release->system_mem + 8, FAKE_BRK_END - FAKE_BRK + 0x100000);
    fake_read_problem(heap, GLIBC_HEAP_AREA_MISSING, FAKE_MAIN);
    cr_expect_eq(heap->result.block_count, 8);
}

Test(glibc_heap_problems, a_second_library)
{
    uint64_t second = UINT64_C(0x7f1100000000), from = FAKE_MAIN;
    const struct fake_release *release = heap->release;

    fake_map(heap, second, 0x4000, "/other/libc.so.6");
    for (uint64_t bin = 1; bin < 128; bin++) {
        uint64_t self = second + release->bins + 16 * (bin - 1) - 16;
        fake_put(heap, self + 16, self);
        fake_put(heap, self + 24, self);
    }
    fake_put(heap, second + release->top, second + release->bins - 16);
    fake_put(heap, second + release->next, second);
    fake_read_problem(heap, GLIBC_HEAP_SECOND_LIBRARY, second);
    cr_expect_eq(heap->result.arenas[0].address, from);
    cr_expect_eq(heap->result.block_count, 8);
}

Test(glibc_heap_problems, every_problem_has_a_text)
{
    for (int problem = 0; problem <= GLIBC_HEAP_TCACHE_BROKEN; problem++)
        cr_expect_not_null(glibc_heap_problem_text((enum glibc_heap_problem)problem), "%d", problem);
}
