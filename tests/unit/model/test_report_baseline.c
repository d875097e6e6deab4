/* SPDX-License-Identifier: MIT
 * A report held against an earlier one: what counts as an error then. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "model/report_baseline.h"
#include "model/report_model.h"

#define KINDS (1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE)

static const struct report_frame take = {.module = "/bin/app", .function = "take"};
static const struct report_frame give = {.module = "/bin/app", .function = "give"};
static const struct report_frame *const taking[] = {&take};
static const struct report_frame *const giving[] = {&give};

/* Two leaks, a reachable block and a memory error. */
struct made {
    struct report_leak leaks[3];
    struct report_error errors[1];
    struct report_process process;
    struct report report;
};

static void make(struct made *made)
{
    *made = (struct made){
        .leaks = {{.kind = LEAK_DEFINITE, .direct = {1, 10}, .stack = {taking, 1}},
                  {.kind = LEAK_POSSIBLE, .direct = {1, 20}, .stack = {giving, 1}},
                  {.kind = LEAK_REACHABLE, .direct = {1, 30}, .stack = {giving, 1}}},
        .errors = {{.kind = "double-free", .count = 1, .stack = {taking, 1}}},
        .process = {.leaks = made->leaks, .leak_count = 3, .errors = made->errors, .error_count = 1},
        .report = {.verdict = "errors", .error_count = 3, .processes = &made->process, .process_count = 1},
    };
}

static void finish(struct made *made)
{
    report_baseline_destroy(made->report.baseline);
}

Test(report_baseline, takes_what_it_knows_for_no_error)
{
    struct made earlier, now;

    make(&earlier);
    make(&now);
    report_baseline_apply(&now.report, &earlier.report, "old.json", KINDS);
    cr_expect(eq(u64, now.report.error_count, 0));
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"clean"));
    cr_expect(eq(sz, now.report.baseline->known, 3));
    cr_expect(eq(int, now.leaks[0].novelty, NOVELTY_KNOWN));
    cr_expect(eq(int, now.leaks[2].novelty, NOVELTY_NONE), "a kind that is no error");
    cr_expect(eq(int, now.errors[0].novelty, NOVELTY_KNOWN));
    finish(&now);
}

Test(report_baseline, takes_what_has_grown_for_an_error)
{
    struct made earlier, now;

    make(&earlier);
    make(&now);
    now.leaks[0].direct.bytes++;
    report_baseline_apply(&now.report, &earlier.report, "old.json", KINDS);
    cr_expect(eq(u64, now.report.error_count, 1));
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"leaks"));
    cr_expect(eq(int, now.leaks[0].novelty, NOVELTY_GROWN));
    cr_expect(eq(sz, now.report.baseline->grown, 1));
    cr_expect(eq(u64, now.report.baseline->before.bytes, 30));
    cr_expect(eq(u64, now.report.baseline->after.bytes, 31));
    finish(&now);
}

Test(report_baseline, takes_what_is_new_for_an_error)
{
    static const struct report nothing;
    struct made now;

    make(&now);
    report_baseline_apply(&now.report, &nothing, "old.json", KINDS);
    cr_expect(eq(u64, now.report.error_count, 3));
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"errors"));
    cr_expect(eq(int, now.errors[0].novelty, NOVELTY_NEW));
    cr_expect(eq(sz, now.report.baseline->new_count, 3));
    report_baseline_accept(&now.report);
    cr_expect(eq(u64, now.report.error_count, 0));
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"clean"));
    finish(&now);
}

Test(report_baseline, takes_only_new_errors_of_real_time_for_errors)
{
    struct report_finding before[] = {{.id = "rt.pagefault", .severity = FINDING_ERROR, .stacks = {{taking, 1}}, .stack_count = 1}};
    struct report_finding after[] = {{.id = "rt.pagefault", .severity = FINDING_ERROR, .stacks = {{taking, 1}}, .stack_count = 1},
                                     {.id = "rt.pagefault", .severity = FINDING_ERROR, .stacks = {{giving, 1}}, .stack_count = 1},
                                     {.id = "rt.affinity", .severity = FINDING_NOTE}};
    struct made earlier, now;

    make(&earlier);
    make(&now);
    earlier.process.realtime.findings = (struct report_findings){before, 1};
    now.process.realtime.findings = (struct report_findings){after, 3};
    report_baseline_apply(&now.report, &earlier.report, "old.json", KINDS);
    cr_expect(eq(u64, now.report.error_count, 1));
    cr_expect(eq(int, after[0].novelty, NOVELTY_KNOWN));
    cr_expect(eq(int, after[1].novelty, NOVELTY_NEW));
    cr_expect(eq(int, after[2].novelty, NOVELTY_NONE), "no error");
    cr_expect(eq(sz, now.report.baseline->new_count, 1));
    cr_expect(eq(sz, now.report.baseline->known, 4));
    report_baseline_accept(&now.report);
    cr_expect(eq(u64, now.report.error_count, 0));
    finish(&now);
}

Test(report_baseline, leaves_other_errors_and_what_was_not_seen)
{
    struct report_threshold crossings[] = {{.kind = THRESHOLD_LIVE}, {.kind = THRESHOLD_RSS}};
    struct made earlier, now;

    make(&earlier);
    make(&now);
    now.process.thresholds = crossings;
    now.process.threshold_count = 2;
    report_baseline_apply(&now.report, &earlier.report, "old.json", KINDS);
    cr_expect(eq(u64, now.report.error_count, 2));
    cr_expect(eq(sz, now.report.baseline->new_count, 2));
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"errors"));
    finish(&now);
    make(&now);
    now.report.verdict = "incomplete";
    report_baseline_apply(&now.report, &earlier.report, "old.json", KINDS);
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"incomplete"));
    finish(&now);
}

Test(report_baseline, does_not_call_a_damaged_heap_clean)
{
    static const struct report nothing;
    struct made earlier, now;

    make(&earlier);
    make(&now);
    now.report.damaged = true;
    report_baseline_apply(&now.report, &earlier.report, "old.json", KINDS);
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"incomplete"));
    finish(&now);
    make(&now);
    now.report.damaged = true;
    report_baseline_apply(&now.report, &nothing, "old.json", KINDS);
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"errors"));
    report_baseline_accept(&now.report);
    cr_expect(eq(str, (char *)now.report.verdict, (char *)"incomplete"));
    finish(&now);
}
