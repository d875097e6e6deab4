/* SPDX-License-Identifier: MIT
 *
 * The stack walker finds the stacks that libunwind finds, in every kind of code, whatever it remembers from the walk before. */
#define UNW_LOCAL_ONLY
#include <alloca.h>
#include <criterion/criterion.h>
#include <libunwind.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "preload/modules.h"
#include "preload/shim.h"
#include "preload/walker.h"

struct lw_ledger lw_ledger;

#define FRAMES 100
static __thread struct walk_memory memory;
static __thread uint64_t stack_top;
static volatile unsigned compared; /* stacks found equal; raise() is declared as if it could not change it */
static unsigned limit = FRAMES;

static void prepare(void)
{
    extern void *__libc_stack_end;
    walk_init();
    walk_forget(&memory);
    stack_top = (uint64_t)__libc_stack_end;
    compared = 0;
    limit = FRAMES;
}

/* Plays the hook: compares the walk from its caller with libunwind's view of the same stack. */
__attribute__((noinline)) static void hook(void)
{
    struct caller caller = CALLER();
    struct walk_result mine = walk(&memory, &caller, limit, stack_top);
    static __thread uint64_t last_frames[FRAMES];
    static __thread unsigned last_count;
    if (mine.unchanged) {
        mine.frames = last_frames;
        mine.count = last_count;
    } else {
        memory.site = 1;
        memcpy(last_frames, mine.frames, mine.count * sizeof *mine.frames);
        last_count = mine.count;
    }
    void *theirs[FRAMES + 2];
    int count = unw_backtrace(theirs, FRAMES + 2);
    int first = 0;
    while (first < count && (uint64_t)theirs[first] != caller.pc)
        first++;
    cr_assert_lt(first, count, "libunwind does not see the caller");
    unsigned expected = (unsigned)(count - first) < limit ? (unsigned)(count - first) : limit;
    /* libunwind ends with a frame of pc 0 in some versions; both agree on what lies inside. */
    while (expected > 0 && theirs[first + (int)expected - 1] == NULL)
        expected--;
    cr_assert_eq(mine.count, expected, "%u frames, libunwind has %u", mine.count, expected);
    for (unsigned i = 0; i < expected; i++) {
        uint64_t pc = (uint64_t)theirs[first + (int)i];
        /* An interrupted frame: ours is one more than its address, see walker.c. */
        cr_assert(mine.frames[i] == pc || mine.frames[i] == pc + 1, "frame %u is %#lx, libunwind has %#lx", i, mine.frames[i], pc);
    }
    compared++;
}

static volatile int sink;

__attribute__((noinline)) static void plain(int depth)
{
    if (depth == 0)
        hook();
    else
        plain(depth - 1);
    sink++;
}

__attribute__((noinline)) static void with_alloca(int depth)
{
    volatile char *room = alloca(16 + (size_t)depth * 32);
    room[0] = 1;
    if (depth == 0)
        hook();
    else
        with_alloca(depth - 1);
    sink += room[0];
}

__attribute__((noinline)) static void realigned(int depth)
{
    _Alignas(64) volatile char room[64];
    room[0] = 1;
    if (depth == 0)
        hook();
    else
        realigned(depth - 1);
    sink += room[0];
}

__attribute__((noinline)) static void realigned_alloca(int depth)
{
    _Alignas(64) volatile char room[64];
    volatile char *more = alloca(16 + (size_t)depth * 32);
    more[0] = room[0] = 1;
    if (depth == 0)
        hook();
    else
        realigned_alloca(depth - 1);
    sink += room[0] + more[0];
}

__attribute__((noinline)) static void huge_frame(int depth)
{
    volatile char room[100000];
    room[0] = 1;
    if (depth == 0)
        hook();
    else
        huge_frame(depth - 1);
    sink += room[0];
}

typedef void kind(int depth);
static kind *const kinds[] = {plain, with_alloca, realigned, realigned_alloca, huge_frame};
#define KINDS (sizeof kinds / sizeof kinds[0])

Test(walker, sees_every_kind_of_frame)
{
    prepare();
    for (unsigned k = 0; k < KINDS; k++)
        for (int depth = 0; depth < 10; depth++)
            kinds[k](depth);
    cr_assert_eq(compared, KINDS * 10);
}

Test(walker, sees_the_same_with_what_it_remembers)
{
    prepare();
    unsigned seed = 1;
    for (unsigned i = 0; i < 5000; i++) {
        seed = seed * 1103515245 + 12345;
        kinds[(seed >> 16) % KINDS]((int)(seed >> 20) % 12);
    }
    cr_assert_eq(compared, 5000);
}

__attribute__((noinline)) static void nested(unsigned seed, int depth)
{
    seed = seed * 1103515245 + 12345;
    if (depth > 0)
        nested(seed, depth - 1);
    kinds[(seed >> 16) % KINDS]((int)(seed >> 20) % 3);
    sink++;
}

Test(walker, follows_a_stack_that_grows_and_shrinks_past_the_limit)
{
    prepare();
    for (limit = 3; limit <= 60; limit += 19)
        nested(limit, 80);
    cr_assert_eq(compared, 4 * 81);
}

Test(walker, keeps_a_window_of_the_innermost_frames)
{
    prepare();
    limit = 5;
    plain(40);
    plain(3);
    plain(41);
    cr_assert_eq(compared, 3);
}

static int compare_numbers(const void *a, const void *b)
{
    hook();
    return *(const int *)a - *(const int *)b;
}

Test(walker, goes_through_the_c_library)
{
    prepare();
    int numbers[] = {3, 1, 2, 9, 4};
    qsort(numbers, 5, sizeof numbers[0], compare_numbers);
    cr_assert_gt(compared, 4);
}

static void handler(int number)
{
    (void)number;
    plain(2);
    hook();
}

Test(walker, goes_through_a_signal_handler)
{
    prepare();
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    cr_assert_eq(compared, 2);
}

Test(walker, goes_through_a_handler_on_another_stack)
{
    prepare();
    static char other[65536];
    stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGUSR1, &action, NULL);
    for (int i = 0; i < 3; i++)
        raise(SIGUSR1);
    cr_assert_eq(compared, 6);
}

static void *thread_main(void *unused)
{
    (void)unused;
    walk_forget(&memory);
    stack_top = (uint64_t)__builtin_thread_pointer();
    for (unsigned k = 0; k < KINDS; k++)
        kinds[k](3);
    return NULL;
}

Test(walker, walks_a_thread_to_its_start)
{
    prepare();
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, thread_main, NULL), 0);
    pthread_join(thread, NULL);
    cr_assert_eq(compared, KINDS);
}

static ucontext_t home, away;
static void coroutine(void)
{
    plain(4);
    swapcontext(&away, &home);
    with_alloca(4);
}

Test(walker, walks_a_coroutine_to_its_start)
{
    prepare();
    static char room[262144];
    getcontext(&away);
    away.uc_stack = (stack_t){.ss_sp = room, .ss_size = sizeof room};
    away.uc_link = &home;
    makecontext(&away, coroutine, 0);
    swapcontext(&home, &away);
    plain(1);
    swapcontext(&home, &away);
    cr_assert_eq(compared, 3);
}

/* Equal stacks have equal hashes, however they were found. */
static uint64_t hash_of_stack;
__attribute__((noinline)) static void take_hash(void)
{
    struct caller caller = CALLER();
    memory.site = 0;
    hash_of_stack = walk(&memory, &caller, 10, stack_top).hash;
}
__attribute__((noinline)) static void same_place(void)
{
    take_hash();
    sink++;
}

Test(walker, gives_a_stack_the_same_hash_each_time)
{
    prepare();
    uint64_t first = 0;
    for (volatile int i = 0; i < 4; i++) {
        same_place();
        if (i == 0)
            first = hash_of_stack;
        cr_assert_eq(hash_of_stack, first);
        if (i == 1)
            walk_forget(&memory); /* found afresh */
        if (i == 2)
            plain(5); /* found with other frames remembered */
    }
}

/* Garbage in rbp and code without unwind tables must end the walk, not the program. */
Test(walker, ends_at_garbage)
{
    prepare();
    static const uint64_t garbage[] = {0, 1, 8, 0x1337, 0xffffffffffffffff, 0x7fffffffffff, 0x8000000000000000, 4096};
    for (unsigned i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        struct caller caller = {.pc = 0x123456, .sp = (uint64_t)__builtin_frame_address(0), .rbp = garbage[i]};
        struct walk_result result = walk(&memory, &caller, 30, stack_top);
        cr_assert_geq(result.count, 1);
        cr_assert(result.truncated, "an odd end is no end");
        walk_forget(&memory);
    }
}

Test(walker, forgets_when_modules_go)
{
    prepare();
    plain(3);
    modules_changed();
    plain(3);
    cr_assert_eq(compared, 2);
    cr_assert_eq(memory.generation, 1);
}
