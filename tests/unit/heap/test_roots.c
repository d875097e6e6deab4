/* SPDX-License-Identifier: MIT
 * Where pointers count from, and where they do not. */
#include <criterion/criterion.h>

#include "fake_process.h"

#define STACK        UINT64_C(0x7ffff0000000) /* where tests put the main thread's stack */
#define THREAD       UINT64_C(0x7f0010000000) /* where tests put a thread's stack */
#define SIZE         UINT64_C(0x10000)
#define PTHREAD_SIZE UINT64_C(0x900) /* as fake_create() sets it */

static struct fake_process *p;

static void setup(void)
{
    p = fake_create();
}

static void teardown(void)
{
    fake_destroy(p);
}

TestSuite(roots, .init = setup, .fini = teardown);

/* A block with a pointer to it at the address. */
static uint64_t held_by(uint64_t address)
{
    uint64_t block = fake_take(p, 48);

    fake_put(p, address, block);
    return block;
}

/* Writes what glibc has at the start of a thread descriptor. */
static void put_descriptor(uint64_t address)
{
    fake_put(p, address, address);
    fake_put(p, address + 16, address);
}

Test(roots, registers)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    struct thread_state *thread = fake_thread(p);
    thread->registers_valid = true;
    thread->register_count = 18;
    thread->registers[17] = a;
    fake_thread(p)->registers[0] = b;
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_DEFINITE);
}

Test(roots, dead_registers_hold_nothing)
{
    uint64_t a = fake_take(p, 32);
    struct thread_state *thread = fake_thread(p);
    thread->registers_valid = thread->registers_dead = true;
    thread->register_count = 1;
    thread->registers[0] = a;
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
}

Test(roots, only_as_many_registers_as_there_are)
{
    uint64_t a = fake_take(p, 32), b = fake_take(p, 32);
    struct thread_state *thread = fake_thread(p);
    thread->registers_valid = true;
    thread->register_count = 1;
    thread->registers[0] = a;
    thread->registers[1] = b;
    fake_check(p);
    expect_kind(p, b, LEAK_DEFINITE);
    p->snapshot.threads[0].register_count = UINT32_MAX;
    fake_check(p);
    expect_kind(p, b, LEAK_REACHABLE);
}

Test(roots, the_main_stack_counts_from_where_it_is_alive)
{
    fake_region(p, STACK, SIZE, REGION_STACK);
    uint64_t dead = held_by(STACK + 0x7ff8), alive = held_by(STACK + 0x8000), oldest = held_by(STACK + SIZE - 8);
    struct thread_state *thread = fake_thread(p);
    thread->stack_pointer = STACK + 0x4000;
    thread->stack_alive = STACK + 0x8000;
    fake_check(p);
    expect_kind(p, dead, LEAK_DEFINITE);
    expect_kind(p, alive, LEAK_REACHABLE);
    expect_kind(p, oldest, LEAK_REACHABLE);
}

Test(roots, without_a_limit_a_stack_counts_from_the_red_zone)
{
    fake_region(p, STACK, SIZE, REGION_STACK);
    uint64_t dead = held_by(STACK + 0x4000 - 136), alive = held_by(STACK + 0x4000 - 128);
    fake_thread(p)->stack_pointer = STACK + 0x4000;
    fake_check(p);
    expect_kind(p, dead, LEAK_DEFINITE);
    expect_kind(p, alive, LEAK_REACHABLE);
}

Test(roots, the_main_stack_counts_as_a_whole_while_nobody_runs_on_it)
{
    fake_region(p, STACK, SIZE, REGION_STACK);
    fake_region(p, FAKE_MMAP, SIZE, REGION_ANONYMOUS);
    uint64_t a = held_by(STACK + 8);
    fake_thread(p)->stack_pointer = FAKE_MMAP + 0x100;
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
}

Test(roots, a_thread_has_its_stack_its_static_tls_and_its_descriptor)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    uint64_t descriptor = THREAD + SIZE - PTHREAD_SIZE;
    put_descriptor(descriptor);
    uint64_t dead = held_by(THREAD + 0x100), frame = held_by(THREAD + 0x9000), tls = held_by(descriptor - 8),
             key = held_by(descriptor + 0x310);
    struct thread_state *thread = fake_thread(p);
    thread->stack_pointer = thread->stack_alive = THREAD + 0x8000;
    thread->thread_pointer = descriptor;
    fake_check(p);
    expect_kind(p, dead, LEAK_DEFINITE);
    expect_kind(p, frame, LEAK_REACHABLE);
    expect_kind(p, tls, LEAK_REACHABLE);
    expect_kind(p, key, LEAK_REACHABLE);
}

Test(roots, stacks_that_share_a_mapping_are_told_apart)
{
    fake_region(p, THREAD, 3 * SIZE, REGION_THREAD_STACK);
    uint64_t frame[3], dead[3];
    for (int i = 0; i < 3; i++) {
        uint64_t base = THREAD + (uint64_t)i * SIZE;
        put_descriptor(base + SIZE - PTHREAD_SIZE);
        dead[i] = held_by(base + 0x100);
        frame[i] = held_by(base + 0x9000);
        if (i == 1) /* a thread that is gone */
            continue;
        struct thread_state *thread = fake_thread(p);
        thread->stack_pointer = thread->stack_alive = base + 0x8000;
        thread->thread_pointer = base + SIZE - PTHREAD_SIZE;
    }
    fake_check(p);
    expect_kind(p, frame[0], LEAK_REACHABLE);
    expect_kind(p, frame[1], LEAK_DEFINITE);
    expect_kind(p, frame[2], LEAK_REACHABLE);
    for (int i = 0; i < 3; i++)
        expect_kind(p, dead[i], LEAK_DEFINITE);
}

Test(roots, without_the_size_of_a_descriptor_the_stack_reaches_to_the_end_of_its_mapping)
{
    p->snapshot.pthread_size = 0;
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    uint64_t a = held_by(THREAD + SIZE - 8);
    struct thread_state *thread = fake_thread(p);
    thread->stack_pointer = thread->stack_alive = THREAD + 0x8000;
    thread->thread_pointer = THREAD + SIZE - PTHREAD_SIZE;
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
}

Test(roots, the_stack_of_a_thread_that_is_gone_is_dead)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    uint64_t descriptor = THREAD + SIZE - PTHREAD_SIZE;
    put_descriptor(descriptor);
    uint64_t frame = held_by(THREAD + 0x9000), tls = held_by(descriptor - 8);
    fake_thread(p)->stack_pointer = FAKE_MMAP;
    fake_check(p);
    expect_kind(p, frame, LEAK_DEFINITE);
    expect_kind(p, tls, LEAK_DEFINITE);
}

Test(roots, the_stack_of_a_coroutine_is_alive)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    uint64_t frame = held_by(THREAD + 0x9000);
    fake_thread(p)->stack_pointer = FAKE_MMAP;
    fake_check(p);
    expect_kind(p, frame, LEAK_REACHABLE);
}

Test(roots, no_stack_is_dead_while_a_thread_is_unknown)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    put_descriptor(THREAD + SIZE - PTHREAD_SIZE);
    uint64_t frame = held_by(THREAD + 0x9000);
    fake_thread(p);
    fake_check(p);
    expect_kind(p, frame, LEAK_REACHABLE);
}

Test(roots, a_thread_that_runs_elsewhere_keeps_its_whole_stack)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    fake_region(p, FAKE_MMAP, SIZE, REGION_THREAD_STACK);
    uint64_t descriptor = THREAD + SIZE - PTHREAD_SIZE;
    put_descriptor(descriptor);
    uint64_t native = held_by(THREAD + 0x100), coroutine = held_by(FAKE_MMAP + 0x9000), dead = held_by(FAKE_MMAP + 0x100);
    struct thread_state *thread = fake_thread(p);
    thread->stack_pointer = thread->stack_alive = FAKE_MMAP + 0x8000;
    thread->thread_pointer = descriptor;
    fake_check(p);
    expect_kind(p, native, LEAK_REACHABLE);
    expect_kind(p, coroutine, LEAK_REACHABLE);
    expect_kind(p, dead, LEAK_DEFINITE);
}

Test(roots, a_coroutine_stack_in_the_heap_that_a_thread_runs_on_is_reachable)
{
    uint64_t stack = fake_take(p, 8192), a = fake_take(p, 32);
    fake_put(p, stack + 8000, a);
    fake_thread(p)->stack_pointer = stack + 7000;
    fake_check(p);
    expect_kind(p, stack, LEAK_REACHABLE);
    expect_kind(p, a, LEAK_REACHABLE);
}

Test(roots, the_thread_vector_and_what_it_owns)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    uint64_t descriptor = THREAD + SIZE - PTHREAD_SIZE, vector = fake_take(p, 288), tls = fake_take(p, 200);
    put_descriptor(descriptor);
    fake_put(p, descriptor + 8, vector + 16);
    fake_put(p, vector, 16);
    fake_put(p, vector + 32, tls + 24); /* where the module's data is */
    fake_put(p, vector + 40, tls);      /* what to free */
    struct thread_state *thread = fake_thread(p);
    thread->stack_pointer = thread->stack_alive = THREAD + 0x8000;
    thread->thread_pointer = descriptor;
    fake_check(p);
    expect_kind(p, vector, LEAK_REACHABLE);
    expect_kind(p, tls, LEAK_REACHABLE);
}

Test(roots, a_thread_vector_that_is_no_block_still_owns_its_entries)
{
    fake_region(p, THREAD, SIZE, REGION_THREAD_STACK);
    uint64_t descriptor = THREAD + SIZE - PTHREAD_SIZE, vector = FAKE_HEAP + 0x300000;
    uint64_t owned = fake_take(p, 200), beyond = fake_take(p, 200);
    fake_put(p, descriptor + 8, vector + 16);
    fake_put(p, vector, 3);
    fake_put(p, vector + 16 + 3 * 16 + 8, owned);
    fake_put(p, vector + 16 + 4 * 16 + 8, beyond);
    struct thread_state *thread = fake_thread(p);
    thread->stack_pointer = thread->stack_alive = THREAD + 0x8000;
    thread->thread_pointer = descriptor;
    fake_check(p);
    expect_kind(p, owned, LEAK_REACHABLE);
    expect_kind(p, beyond, LEAK_DEFINITE);
}

Test(roots, anonymous_and_shared_memory)
{
    fake_region(p, FAKE_MMAP, SIZE, REGION_ANONYMOUS);
    fake_region(p, FAKE_MMAP + SIZE, SIZE, REGION_SHARED);
    uint64_t a = held_by(FAKE_MMAP + SIZE - 8), b = held_by(FAKE_MMAP + SIZE);
    fake_check(p);
    expect_kind(p, a, LEAK_REACHABLE);
    expect_kind(p, b, LEAK_REACHABLE);
}

Test(roots, memory_of_the_allocator_outside_of_blocks_is_none)
{
    uint64_t a = held_by(FAKE_HEAP + 0x300000);
    fake_check(p);
    expect_kind(p, a, LEAK_DEFINITE);
}

Test(roots, in_data_of_the_c_library_only_pointers_to_the_start_count)
{
    fake_region(p, FAKE_MMAP, SIZE, REGION_LIBC_DATA);
    uint64_t start = held_by(FAKE_MMAP), bin = fake_take(p, 64);
    fake_put(p, FAKE_MMAP + 8, bin + 16);
    fake_check(p);
    expect_kind(p, start, LEAK_REACHABLE);
    expect_kind(p, bin, LEAK_DEFINITE);
}

/* Thread-local storage, a block of three pages that glibc mapped, and more thread-local storage in one mapping. */
Test(roots, a_mapped_block_is_taken_out_of_its_mapping_by_pages)
{
    fake_region(p, FAKE_MMAP, 5 * 4096, REGION_ANONYMOUS);
    uint64_t lost = fake_block(p, FAKE_MMAP + 4096 + 16, 3 * 4096 - 4096 / 2);
    uint64_t before = held_by(FAKE_MMAP + 4096 - 8), behind = held_by(FAKE_MMAP + 4 * 4096);
    uint64_t header = held_by(FAKE_MMAP + 4096), inside = held_by(lost), tail = held_by(FAKE_MMAP + 4 * 4096 - 8);
    fake_check(p);
    expect_kind(p, lost, LEAK_DEFINITE);
    expect_kind(p, before, LEAK_REACHABLE);
    expect_kind(p, behind, LEAK_REACHABLE);
    expect_kind(p, header, LEAK_DEFINITE);
    expect_kind(p, inside, LEAK_INDIRECT);
    expect_kind(p, tail, LEAK_DEFINITE);
}

/* memalign(4096, ...) of a mapped block: the header has the page before for itself. */
Test(roots, the_page_of_a_mapped_blocks_header_is_taken_out_too)
{
    fake_region(p, FAKE_MMAP, 4 * 4096, REGION_ANONYMOUS);
    fake_block(p, FAKE_MMAP + 2 * 4096, 4096);
    uint64_t before = held_by(FAKE_MMAP + 4096 - 8), padding = held_by(FAKE_MMAP + 4096);
    fake_check(p);
    expect_kind(p, before, LEAK_REACHABLE);
    expect_kind(p, padding, LEAK_DEFINITE);
}

Test(roots, a_mapped_block_that_lies_across_mappings)
{
    fake_region(p, FAKE_MMAP, 2 * 4096, REGION_ANONYMOUS);
    fake_region(p, FAKE_MMAP + 2 * 4096, 2 * 4096, REGION_ANONYMOUS);
    uint64_t block = fake_block(p, FAKE_MMAP + 4096 + 16, 4096 + 100), inside = held_by(FAKE_MMAP + 2 * 4096 + 8);
    uint64_t behind = held_by(FAKE_MMAP + 3 * 4096);
    fake_check(p);
    expect_kind(p, block, LEAK_DEFINITE);
    expect_kind(p, inside, LEAK_INDIRECT);
    expect_kind(p, behind, LEAK_REACHABLE);
}

Test(roots, root_words_and_root_ranges)
{
    uint64_t word = fake_take(p, 32), begin = held_by(FAKE_HEAP + 0x300000), end = held_by(FAKE_HEAP + 0x300008);
    fake_root_word(p, word);
    fake_root_range(p, FAKE_HEAP + 0x300000, 8);
    fake_root_range(p, UINT64_MAX - 100, UINT64_MAX);
    fake_root_range(p, UINT64_C(1) << 40, UINT64_MAX);
    fake_check(p);
    expect_kind(p, word, LEAK_REACHABLE);
    expect_kind(p, begin, LEAK_REACHABLE);
    expect_kind(p, end, LEAK_DEFINITE);
}

Test(roots, what_the_dynamic_linker_took_is_reachable)
{
    uint64_t own = fake_take(p, 32), held = fake_take(p, 32), other = fake_take(p, 32);
    static const uint64_t frames[3][2] = {{FAKE_LOADER, FAKE_CODE}, {FAKE_LOADER + 0x10000, FAKE_LOADER}};
    for (int i = 0; i < 2; i++) {
        uint64_t *copy = malloc(sizeof frames[i]);
        copy[0] = frames[i][0];
        copy[1] = frames[i][1];
        struct heap_site *site = &p->snapshot.sites[fake_find(p, i ? other : own)->site];
        site->frames = copy;
        site->frame_count = 2;
    }
    fake_put(p, own, held);
    fake_check(p);
    expect_kind(p, own, LEAK_REACHABLE);
    expect_kind(p, held, LEAK_REACHABLE);
    expect_kind(p, other, LEAK_DEFINITE);
}
