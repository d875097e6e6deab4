/* SPDX-License-Identifier: MIT
 * Two reports compared: which findings are the same, and what has become of them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "model/report_diff.h"

#define KINDS        (1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE)
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct report_frame take = {.module = "/bin/app", .function = "take"};
static const struct report_frame give = {.module = "/bin/app", .function = "give"};
static const struct report_frame *const taking[] = {&take};
static const struct report_frame *const giving[] = {&give};
#define AT(frames)                                                                                                                 \
    {                                                                                                                              \
        frames, 1                                                                                                                  \
    }

#define LEAK(leak_kind, size, frames)                                                                                              \
    {                                                                                                                              \
        .kind = (leak_kind), .direct = {1, size}, .allocator = "malloc", .stack = AT(frames)                                       \
    }
#define PROCESS(list)                                                                                                              \
    {                                                                                                                              \
        .leaks = (list), .leak_count = COUNT(list)                                                                                 \
    }
#define REPORT(list)                                                                                                               \
    {                                                                                                                              \
        .processes = (list), .process_count = COUNT(list)                                                                          \
    }

static struct report_leak one_leak[] = {LEAK(LEAK_DEFINITE, 10, taking)};
static struct report_leak larger_leak[] = {LEAK(LEAK_DEFINITE, 11, taking)};
static struct report_leak possible_leak[] = {LEAK(LEAK_POSSIBLE, 10, taking)};
static struct report_leak reachable_leak[] = {LEAK(LEAK_REACHABLE, 10, taking)};
static struct report_leak other_leak[] = {LEAK(LEAK_DEFINITE, 10, giving)};
static struct report_process one[] = {PROCESS(one_leak)}, larger[] = {PROCESS(larger_leak)}, possible[] = {PROCESS(possible_leak)},
                             reachable[] = {PROCESS(reachable_leak)}, other[] = {PROCESS(other_leak)},
                             twice[] = {PROCESS(one_leak), PROCESS(one_leak)};

static void expect_changes(struct report_process *before, size_t before_count, struct report_process *after, size_t after_count,
                           const size_t changes[DIFF_CHANGES])
{
    const struct report old = {.processes = before, .process_count = before_count};
    const struct report new = {.processes = after, .process_count = after_count};
    struct report_diff diff;

    report_diff_make(&old, &new, KINDS, &diff);
    for (enum diff_change change = 0; change < DIFF_CHANGES; change++)
        cr_expect(eq(sz, report_diff_count(&diff, change), changes[change]), "%s", diff_change_name(change));
    cr_expect(eq(int, report_diff_is_worse(&diff), changes[DIFF_NEW] + changes[DIFF_GROWN] > 0));
    report_diff_finish(&diff);
}
#define EXPECT(before, after, ...)                                                                                                 \
    expect_changes(before, COUNT(before), after, COUNT(after), (const size_t[DIFF_CHANGES]){__VA_ARGS__})

Test(report_diff, knows_what_is_the_same)
{
    EXPECT(one, one, [DIFF_SAME] = 1);
    EXPECT(one, possible, [DIFF_SAME] = 1);
}

Test(report_diff, tells_new_from_gone)
{
    EXPECT(one, other, [DIFF_NEW] = 1, [DIFF_GONE] = 1);
    expect_changes(NULL, 0, one, 1, (const size_t[DIFF_CHANGES]){[DIFF_NEW] = 1});
    expect_changes(one, 1, NULL, 0, (const size_t[DIFF_CHANGES]){[DIFF_GONE] = 1});
}

Test(report_diff, tells_grown_from_shrunk)
{
    EXPECT(one, larger, [DIFF_GROWN] = 1);
    EXPECT(larger, one, [DIFF_SHRUNK] = 1);
}

Test(report_diff, adds_up_all_processes)
{
    EXPECT(one, twice, [DIFF_GROWN] = 1);
    EXPECT(twice, twice, [DIFF_SAME] = 1);
}

Test(report_diff, leaves_out_kinds_that_do_not_count)
{
    EXPECT(one, reachable, [DIFF_GONE] = 1);
    EXPECT(reachable, reachable, 0);
}

Test(report_diff, counts_what_hangs_below)
{
    struct report_leak tree[] = {LEAK(LEAK_DEFINITE, 10, taking)};
    struct report_process process[] = {PROCESS(tree)};

    tree[0].indirect = (struct leak_amount){1, 5};
    EXPECT(one, process, [DIFF_GROWN] = 1);
}

Test(report_diff, compares_errors_by_how_often_they_were_made)
{
    struct report_error once[] = {{.kind = "double-free", .count = 1, .stack = AT(taking)}};
    struct report_error often[] = {{.kind = "double-free", .count = 3, .stack = AT(taking)}};
    struct report_process before[] = {{.errors = once, .error_count = 1}}, after[] = {{.errors = often, .error_count = 1}};

    EXPECT(before, after, [DIFF_GROWN] = 1);
    EXPECT(after, before, [DIFF_SHRUNK] = 1);
}

Test(report_diff, compares_errors_that_checks_have_found)
{
    struct report_finding findings[] = {
        {.id = "mlock.unlocked", .severity = FINDING_ERROR, .count = 7, .stacks = {AT(taking)}, .stack_count = 1},
        {.id = "mlock.failed", .severity = FINDING_WARNING}};
    struct report_refused_call refused[] = {{.check = "munmap.failed", .severity = FINDING_ERROR, .stack = AT(giving)},
                                            {.check = "enomem.explained", .severity = FINDING_NOTE, .stack = AT(giving)}};
    struct report_threshold crossings[] = {{.kind = THRESHOLD_LIVE}, {.kind = THRESHOLD_RSS}};
    struct report_process all[] = {{.locks.findings = {findings, COUNT(findings)},
                                    .refused = refused,
                                    .refused_count = COUNT(refused),
                                    .thresholds = crossings,
                                    .threshold_count = COUNT(crossings),
                                    .oom_death.known = true}};

    expect_changes(NULL, 0, all, 1, (const size_t[DIFF_CHANGES]){[DIFF_NEW] = 5});
    EXPECT(all, all, [DIFF_SAME] = 5);
}

Test(report_diff, counts_a_finding_once_however_often_it_happened)
{
    struct report_finding seldom = {.id = "rt.pagefault", .severity = FINDING_ERROR, .count = 2};
    struct report_finding often = {.id = "rt.pagefault", .severity = FINDING_ERROR, .count = 300};
    struct report_process before[] = {{.realtime.findings = {&seldom, 1}}}, after[] = {{.realtime.findings = {&often, 1}}};

    EXPECT(before, after, [DIFF_SAME] = 1);
}

Test(report_diff, leaves_out_descriptors_that_are_not_the_programs_own)
{
    struct report_descriptor standard = {.number = 2}, own = {.number = 5};
    struct report_descriptors groups[] = {{.origin = ORIGIN_OPENED, .open = &standard, .count = 1},
                                          {.origin = ORIGIN_INHERITED, .open = &own, .count = 1, .stack = AT(giving)},
                                          {.origin = ORIGIN_OPENED, .open = &own, .count = 1, .stack = AT(taking)}};
    struct report_process process[] = {{.descriptors = groups, .descriptor_count = COUNT(groups)}};

    expect_changes(NULL, 0, process, 1, (const size_t[DIFF_CHANGES]){[DIFF_NEW] = 1});
}

Test(report_diff, has_the_worst_first)
{
    struct report_leak leaks[] = {LEAK(LEAK_DEFINITE, 10, taking), LEAK(LEAK_DEFINITE, 20, giving)};
    struct report_process process[] = {PROCESS(leaks)};
    const struct report old = REPORT(one), new = REPORT(process), none = {0};
    struct report_diff diff;

    report_diff_make(&old, &new, KINDS, &diff);
    cr_assert(eq(sz, diff.count, 2));
    cr_expect(eq(int, diff.findings[0].change, DIFF_NEW));
    cr_expect(eq(int, diff.findings[1].change, DIFF_SAME));
    report_diff_finish(&diff);
    report_diff_make(&none, &new, KINDS, &diff);
    cr_expect(eq(u64, diff.findings[0].after.bytes, 20));
    report_diff_finish(&diff);
}
