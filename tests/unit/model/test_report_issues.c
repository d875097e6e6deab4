/* SPDX-License-Identifier: MIT
 * Findings of a report in one list: which, in which order, how bad, and where. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "model/report_issues.h"

#define KINDS (1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE)
#define ALL   (1u << LEAK_DEFINITE | 1u << LEAK_INDIRECT | 1u << LEAK_POSSIBLE | 1u << LEAK_REACHABLE)

static const struct report_frame library = {
    .module = "/lib/libc.so.6", .function = "strdup", .file = "./string/strdup.c", .line = 42};
static const struct report_frame header = {.module = "/src/app", .function = "make", .file = "/usr/include/make.h", .line = 3};
static const struct report_frame build = {.module = "/src/app", .function = "build", .file = "/src/build/../app.c", .line = 7};
static const struct report_frame hidden = {.module = "/opt/app", .function = "hide", .file = "./hidden.c", .line = 9};

static const struct report_frame *const ours[] = {&library, &header, &build};
static const struct report_frame *const theirs[] = {&library, &header};
static const struct report_frame *const mapped[] = {&library, &hidden};
static const struct report_frame *const nameless[] = {&(const struct report_frame){.module = "/lib/libc.so.6"}};

#define STACK(frames)                                                                                                              \
    {                                                                                                                              \
        frames, sizeof(frames) / sizeof *(frames)                                                                                  \
    }

static const struct report_view view = {.show_kinds = KINDS, .error_kinds = KINDS, .source_root = "/src"};

/* The findings of one process. */
static struct report_issues issues_of(struct report_process process, const struct report_view *wanted)
{
    static struct report_process kept;
    const struct report report = {.processes = &kept, .process_count = 1};
    struct report_issues issues;

    process.coverage = process.reasons || process.coverage ? process.coverage : COVERAGE_FULL;
    process.executable = (char *)"/opt/app";
    process.leak_checked = true;
    kept = process;
    report_issues_make(&report, wanted, &issues);
    return issues;
}

static struct report_issues issues_of_leak(struct report_leak leak, const struct report_view *wanted)
{
    return issues_of((struct report_process){.leaks = &leak, .leak_count = 1}, wanted);
}

static void expect_place(struct report_stack stack, const char *path, unsigned line, bool in_source_root)
{
    struct report_issues issues =
        issues_of_leak((struct report_leak){.direct = {1, 1}, .allocator = "malloc", .stack = stack}, &view);

    cr_assert(eq(sz, issues.count, 1));
    cr_expect(eq(str, issues.items[0].path, (char *)path));
    cr_expect(eq(uint, issues.items[0].line, line));
    cr_expect(eq(int, issues.items[0].in_source_root, in_source_root));
    report_issues_finish(&issues);
}

Test(report_issues, are_at_the_innermost_frame_below_the_source_root)
{
    expect_place((struct report_stack)STACK(ours), "app.c", 7, true);
}

Test(report_issues, are_at_the_innermost_source_file_if_none_is_below_the_root)
{
    expect_place((struct report_stack)STACK(theirs), "./string/strdup.c", 42, false);
}

Test(report_issues, are_in_the_program_without_any_source_file)
{
    expect_place((struct report_stack)STACK(nameless), "/opt/app", 0, false);
    expect_place((struct report_stack){0}, "/opt/app", 0, false);
}

Test(report_issues, take_relative_names_of_the_program_for_names_below_the_root)
{
    expect_place((struct report_stack)STACK(mapped), "hidden.c", 9, true);
}

Test(report_issues, name_the_function_of_their_place)
{
    struct report_issues issues = issues_of_leak(
        (struct report_leak){.direct = {2, 24}, .indirect = {1, 8}, .allocator = "new", .stack = STACK(ours)}, &view);

    cr_expect(eq(str, issues.items[0].message,
                 (char *)"32 bytes in 3 blocks are definitely lost (direct 24 in 2, indirect 8 in 1), taken with new, in build"));
    report_issues_finish(&issues);
}

struct judged {
    size_t count;
    enum finding_severity severity;
    bool is_error;
};

static struct judged judge(enum leak_kind kind, unsigned show_kinds, unsigned error_kinds, enum report_novelty novelty)
{
    const struct report_view wanted = {.show_kinds = show_kinds, .error_kinds = error_kinds};
    struct report_issues issues =
        issues_of_leak((struct report_leak){.kind = kind, .direct = {1, 1}, .allocator = "malloc", .novelty = novelty}, &wanted);
    struct judged judged = {.count = issues.count};

    if (issues.count > 0) {
        judged.severity = issues.items[0].severity;
        judged.is_error = issues.items[0].is_error;
    }
    report_issues_finish(&issues);
    return judged;
}

#define JUDGED(outcome_of_one, expected_severity, expected_error)                                                                  \
    do {                                                                                                                           \
        const struct judged outcome = outcome_of_one;                                                                              \
        cr_assert(eq(sz, outcome.count, 1));                                                                                       \
        cr_expect(eq(int, (int)outcome.severity, (int)(expected_severity)));                                                       \
        cr_expect(eq(int, outcome.is_error, expected_error));                                                                      \
    } while (0)

Test(report_issues, are_as_bad_as_their_kind)
{
    JUDGED(judge(LEAK_DEFINITE, ALL, KINDS, NOVELTY_NONE), FINDING_ERROR, true);
    JUDGED(judge(LEAK_POSSIBLE, ALL, KINDS, NOVELTY_NONE), FINDING_WARNING, true);
    JUDGED(judge(LEAK_REACHABLE, ALL, KINDS, NOVELTY_NONE), FINDING_NOTE, false);
    JUDGED(judge(LEAK_REACHABLE, KINDS, ALL, NOVELTY_NONE), FINDING_WARNING, true);
    JUDGED(judge(LEAK_DEFINITE, KINDS, 0, NOVELTY_NONE), FINDING_ERROR, false);
}

Test(report_issues, are_no_errors_if_the_baseline_has_them)
{
    JUDGED(judge(LEAK_DEFINITE, KINDS, KINDS, NOVELTY_KNOWN), FINDING_NOTE, false);
    JUDGED(judge(LEAK_DEFINITE, KINDS, KINDS, NOVELTY_GROWN), FINDING_ERROR, true);
}

Test(report_issues, are_of_the_kinds_that_are_listed_or_count)
{
    cr_expect(eq(sz, judge(LEAK_REACHABLE, KINDS, KINDS, NOVELTY_NONE).count, 0));
    cr_expect(eq(sz, judge(LEAK_SUPPRESSED, ALL, ALL, NOVELTY_NONE).count, 0));
}

Test(report_issues, are_listed_the_worst_and_the_largest_first)
{
    struct report_leak leaks[] = {
        {.kind = LEAK_POSSIBLE, .direct = {1, 1000}, .allocator = "malloc"},
        {.kind = LEAK_DEFINITE, .direct = {1, 1}, .allocator = "malloc"},
        {.kind = LEAK_DEFINITE, .direct = {1, 1}, .indirect = {1, 1}, .allocator = "malloc"},
        {.kind = LEAK_DEFINITE, .direct = {2, 1}, .allocator = "malloc"},
    };
    struct report_issues issues = issues_of((struct report_process){.leaks = leaks, .leak_count = 4}, &view);
    const size_t expected[] = {2, 1, 3, 0};

    cr_assert(eq(sz, issues.count, 4));
    for (size_t i = 0; i < 4; i++)
        cr_expect(eq(sz, issues.items[i].order, expected[i]));
    report_issues_finish(&issues);
}

/* A program that was not seen has no findings, and still is not clean. */
Test(report_issues, tell_what_was_not_seen)
{
    char *reasons[] = {(char *)"it is static"};
    struct report_issues issues = issues_of(
        (struct report_process){.coverage = COVERAGE_NONE, .reasons = reasons, .reason_count = 1, .errors_dropped = 5}, &view);
    const struct report_issue_counts counts = report_issues_count(&issues, NULL);

    cr_assert(eq(sz, counts.unseen, 2));
    cr_expect(eq(sz, counts.all, 2));
    cr_expect(eq(sz, counts.errors, 0));
    cr_expect(eq(str, issues.items[0].message, (char *)"The heap was not seen: it is static"));
    cr_expect(eq(str, issues.items[1].message, (char *)"Further memory errors that were not recorded: 5"));
    report_issues_finish(&issues);
}

Test(report_issues, take_remarks_for_notes_if_all_was_seen)
{
    char *reasons[] = {(char *)"its name is odd"};
    struct report_issues issues =
        issues_of((struct report_process){.coverage = COVERAGE_FULL, .reasons = reasons, .reason_count = 1}, &view);

    cr_assert(eq(sz, issues.count, 1));
    cr_expect(eq(int, (int)issues.items[0].severity, (int)FINDING_NOTE));
    cr_expect(eq(int, issues.items[0].is_unseen, false));
    cr_expect(eq(str, issues.items[0].message, (char *)"its name is odd"));
    report_issues_finish(&issues);
}

Test(report_issues, leave_out_descriptors_that_others_opened)
{
    struct report_descriptor open[] = {{.number = 1, .name = (char *)"/dev/null"}, {.number = 5, .name = (char *)"/a"}};
    struct report_descriptors groups[] = {{.origin = ORIGIN_INHERITED, .open = open, .count = 2},
                                          {.origin = ORIGIN_OPENED, .open = open, .count = 1},
                                          {.origin = ORIGIN_OPENED, .open = open, .count = 2}};
    struct report_process process = {.descriptors_tracked = true, .descriptors = groups, .descriptor_count = 3};
    struct report_issues issues = issues_of(process, &view);

    cr_assert(eq(sz, issues.count, 1));
    cr_expect(eq(str, issues.items[0].message, (char *)"A file descriptor is left open: /a"));
    report_issues_finish(&issues);
}

/* Who compares reports by fingerprint must find the same in each format. */
Test(report_issues, have_the_fingerprints_of_the_json_report)
{
    struct report_threshold crossing = {.kind = THRESHOLD_RSS, .most = 100, .value = 120};
    struct report_issues issues = issues_of(
        (struct report_process){
            .thresholds = &crossing,
            .threshold_count = 1,
            .oom_death = {.known = true, .limit = {.name = "cgroup memory"}},
        },
        &view);

    cr_assert(eq(sz, issues.count, 2));
    const bool death_first = strcmp(issues.items[0].rule->id, OOM_KILLED_CHECK) == 0;
    cr_expect(fingerprint_equal(issues.items[death_first].fingerprint, fingerprint_of_threshold(&crossing)));
    cr_expect(fingerprint_equal(issues.items[!death_first].fingerprint, fingerprint_of_check(OOM_KILLED_CHECK, NULL)));
    report_issues_finish(&issues);
}

Test(report_rule, has_each_id_once)
{
    for (const struct report_rule *rule = NULL; (rule = report_rule_next(rule));) {
        cr_expect(eq(ptr, (void *)report_rule_find(rule->id), (void *)rule));
        for (const struct report_rule *other = rule; (other = report_rule_next(other));)
            cr_expect(ne(str, (char *)other->id, (char *)rule->id));
    }
}

Test(report_rule, is_that_of_others_if_the_id_is_not_known)
{
    cr_expect(eq(str, (char *)report_rule_find("mlock.of-tomorrow")->id, (char *)"finding.other"));
    cr_expect(eq(str, (char *)report_rule_of_kind(LEAK_REACHABLE)->id, (char *)"leak.reachable"));
}
