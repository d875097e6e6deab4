/* SPDX-License-Identifier: MIT */
#include "program/usage_watch.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY ((size_t)48 << 20)

Test(usage_watch, memory_that_was_given_back_counts_for_the_peak)
{
    const struct usage_watch watch = {0};
    const struct own_usage before = usage_watch_measure(&watch, 0);
    char *memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(memory, MAP_FAILED);
    memset(memory, 1, MEMORY);
    munmap(memory, MEMORY);
    const struct own_usage after = usage_watch_measure(&watch, 0);
    cr_assert(after.measured && before.peak.known && after.peak.known);
    cr_expect_geq(after.peak.value, MEMORY);
    cr_expect_lt(before.peak.value, after.peak.value);
    cr_expect_geq(after.user_ns + after.system_ns, before.user_ns + before.system_ns);
}

Test(usage_watch, the_process_that_reads_symbols_counts_by_itself)
{
    const struct usage_watch watch = {0};
    const struct own_usage none = usage_watch_measure(&watch, 0), some = usage_watch_measure(&watch, getpid());

    cr_expect_not(none.symbols_peak.known);
    cr_assert(some.symbols_peak.known);
    cr_expect_gt(some.symbols_peak.value, 0);
    cr_expect_gt(some.symbols_ns, 0);
}

Test(usage_watch, times_of_a_phase_add_up)
{
    struct usage_watch watch = {0};
    const uint64_t now = usage_watch_now();

    usage_watch_add(&watch, USAGE_SCANNING, now - 1000000);
    usage_watch_add(&watch, USAGE_SCANNING, now - 2000000);
    const struct own_usage usage = usage_watch_measure(&watch, 0);
    cr_expect_geq(usage.phase_ns[USAGE_SCANNING], 3000000);
    cr_expect_eq(usage.phase_ns[USAGE_READING], 0);
}
