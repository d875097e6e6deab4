/* SPDX-License-Identifier: MIT
 * Which calls a real-time thread should not make, from their arguments. */
#include <criterion/criterion.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "realtime/realtime_call.h"

/* Two words of memory, at this address; nothing else can be read. */
#define WORDS UINT64_C(0x1000)
static uint64_t words[2];

static size_t read_words(void *context, uint64_t address, void *buffer, size_t size)
{
    if (address != WORDS || size > sizeof words)
        return 0;
    memcpy(buffer, words, size);
    return size;
}
static const struct memory_view memory = {.read = read_words};

static struct realtime_call call_of(uint64_t number, const uint64_t arguments[6])
{
    const struct realtime_call call = {.row = realtime_call_find(number), .arguments = arguments, .memory = &memory};

    cr_assert_not_null(call.row, "call %d is not looked at", (int)number);
    return call;
}

static enum realtime_offence judge(uint64_t number, const uint64_t arguments[6])
{
    const struct realtime_call call = call_of(number, arguments);
    const char *detail;

    return realtime_call_judge(&call, &detail);
}
#define JUDGE(name, ...) judge(__NR_##name, (const uint64_t[6]){__VA_ARGS__})

Test(realtime_calls, every_call_stands_in_the_table_once)
{
    for (unsigned i = 0; i < realtime_call_count; i++)
        cr_assert_eq(realtime_call_find(realtime_calls[i].number), &realtime_calls[i], "%s", realtime_calls[i].name);
    cr_assert_null(realtime_call_find(__NR_getpid));
}

Test(realtime_calls, sleep_until_a_time_of_the_steady_clock_only)
{
    cr_assert_eq(JUDGE(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME), OFFENCE_NONE);
    cr_assert_eq(JUDGE(clock_nanosleep, CLOCK_MONOTONIC, 0), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(nanosleep, WORDS), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(pause, 0), OFFENCE_SLEEP);
}

Test(realtime_calls, why_it_should_not_sleep_so)
{
    const uint64_t relative[6] = {CLOCK_REALTIME, 0}, settable[6] = {CLOCK_REALTIME, TIMER_ABSTIME};
    struct realtime_call call = call_of(__NR_clock_nanosleep, relative);
    const char *detail;

    realtime_call_judge(&call, &detail);
    cr_assert_str_eq(detail, "for a time, not until one");
    call.arguments = settable;
    realtime_call_judge(&call, &detail);
    cr_assert_str_eq(detail, "by another clock than CLOCK_MONOTONIC");
}

Test(realtime_calls, a_look_at_descriptors_is_no_sleep)
{
    cr_assert_eq(JUDGE(poll, 0, 1, 0), OFFENCE_NONE);
    cr_assert_eq(JUDGE(poll, 0, 1, 5), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(poll, 0, 1, UINT64_MAX), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(epoll_wait, 3, 0, 1, 0), OFFENCE_NONE);
    cr_assert_eq(JUDGE(epoll_pwait, 3, 0, 1, 7), OFFENCE_SLEEP);
}

Test(realtime_calls, timeouts_in_memory_are_read)
{
    words[0] = words[1] = 0;
    cr_assert_eq(JUDGE(ppoll, 0, 1, WORDS), OFFENCE_NONE);
    cr_assert_eq(JUDGE(select, 1, 0, 0, 0, WORDS), OFFENCE_NONE);
    cr_assert_eq(JUDGE(epoll_pwait2, 3, 0, 1, WORDS), OFFENCE_NONE);
    words[1] = 1;
    cr_assert_eq(JUDGE(ppoll, 0, 1, WORDS), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(pselect6, 1, 0, 0, 0, WORDS), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(epoll_pwait2, 3, 0, 1, WORDS), OFFENCE_SLEEP);
    cr_assert_eq(JUDGE(ppoll, 0, 1, 0), OFFENCE_SLEEP, "without a timeout it waits for ever");
    cr_assert_eq(JUDGE(ppoll, 0, 1, 0x5000), OFFENCE_NONE, "it will fail");
}

Test(realtime_calls, waiting_for_a_lock_of_glibc)
{
    cr_assert_eq(JUDGE(futex, WORDS, FUTEX_WAIT_PRIVATE, 2), OFFENCE_LOCK);
    cr_assert_eq(JUDGE(futex, WORDS, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 2), OFFENCE_LOCK);
    cr_assert_eq(JUDGE(futex, WORDS, FUTEX_WAIT, FUTEX_WAITERS | 4711), OFFENCE_LOCK);
    cr_assert_eq(JUDGE(futex, WORDS, FUTEX_WAIT_BITSET, 0), OFFENCE_NONE, "a condition");
    cr_assert_eq(JUDGE(futex, WORDS, FUTEX_LOCK_PI_PRIVATE, 2), OFFENCE_NONE);
    cr_assert_eq(JUDGE(futex, WORDS, FUTEX_WAKE_PRIVATE, 2), OFFENCE_NONE);
}

Test(realtime_calls, files_and_terminals)
{
    const uint64_t arguments[6] = {3};
    struct realtime_call call = call_of(__NR_read, arguments);
    const char *detail;

    cr_assert_eq(realtime_call_judge(&call, &detail), OFFENCE_NONE);
    call.file = REALTIME_FILE_REGULAR;
    cr_assert_eq(realtime_call_judge(&call, &detail), OFFENCE_FILE);
    cr_assert_str_eq(detail, "a regular file");
    call.file = REALTIME_FILE_TERMINAL;
    cr_assert_eq(realtime_call_judge(&call, &detail), OFFENCE_FILE);
    cr_assert_str_eq(detail, "a terminal");
    cr_assert_eq(JUDGE(fsync, 3), OFFENCE_FILE);
    cr_assert_eq(JUDGE(openat, 3), OFFENCE_FILE);
}

Test(realtime_calls, asking_where_the_heap_ends_changes_nothing)
{
    const uint64_t ask[6] = {0}, same[6] = {0x9000}, more[6] = {0xa000};
    struct realtime_call call = call_of(__NR_brk, ask);
    const char *detail;

    call.program_break = 0x9000;
    cr_assert_eq(realtime_call_judge(&call, &detail), OFFENCE_NONE);
    call.arguments = same;
    cr_assert_eq(realtime_call_judge(&call, &detail), OFFENCE_NONE);
    call.arguments = more;
    cr_assert_eq(realtime_call_judge(&call, &detail), OFFENCE_MEMORY);
    cr_assert_eq(JUDGE(mmap, 0, 4096), OFFENCE_MEMORY);
}

Test(realtime_calls, a_heap_that_shrinks_is_trimmed)
{
    const uint64_t less[6] = {0x8000}, more[6] = {0xa000};
    struct realtime_call call = call_of(__NR_brk, less);

    call.program_break = 0x9000;
    cr_assert(realtime_call_trims(&call));
    call.arguments = more;
    cr_assert_not(realtime_call_trims(&call));
    call.arguments = less;
    call.program_break = 0;
    cr_assert_not(realtime_call_trims(&call), "where it ended before is not known");
}

Test(realtime_calls, a_block_of_malloc_with_a_mapping_of_its_own)
{
    const uint64_t whole[6] = {WORDS, 0x101000}, part[6] = {WORDS, 0x1000}, elsewhere[6] = {0x7000, 0x101000};
    struct realtime_call call = call_of(__NR_munmap, whole);

    words[0] = 0, words[1] = 0x101000 | 2; /* IS_MMAPPED */
    cr_assert(realtime_call_trims(&call));
    words[0] = 0x800, words[1] = 0x100800 | 2; /* as memalign() makes them */
    cr_assert(realtime_call_trims(&call));
    call.arguments = part;
    cr_assert_not(realtime_call_trims(&call));
    call.arguments = elsewhere;
    cr_assert_not(realtime_call_trims(&call), "what cannot be read");
    call.arguments = whole;
    words[0] = 0, words[1] = 0x101000;
    cr_assert_not(realtime_call_trims(&call), "memory of the program's own");
}
