/* SPDX-License-Identifier: MIT */
#include "reporting/fail_alloc_runs.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <criterion/criterion.h>

#define EXITED(status) (&(struct fail_alloc_end){.wait_status = W_EXITCODE(status, 0)})
#define KILLED(signal) (&(struct fail_alloc_end){.wait_status = W_EXITCODE(0, signal)})
#define HUNG           (&(struct fail_alloc_end){.wait_status = W_EXITCODE(0, SIGKILL), .timed_out = true})

/* A run's report, whose frames lie elsewhere each time. */
#define PLACES 8
static struct fake_run {
    struct report report;
    struct report_process processes[3];
    struct report_leak leaks[4];
    struct report_error errors[2];
    struct report_frame frames[PLACES];
    const struct report_frame *stacks[PLACES][2];
    char module[16], functions[PLACES][16];
} fake;

static struct fail_alloc_runs *runs;
static struct fail_alloc *result;

static struct report_stack stack_of(int place)
{
    return (struct report_stack){.frames = fake.stacks[place], .frame_count = 2};
}

/* Begins a report on one process, in which `seen` allocations were counted and the one at `place` (-1: none) failed. */
static void begin(uint64_t seen, int place)
{
    static uint64_t base = 0x7f0000000000;

    base += 0x1000000;
    memset(&fake, 0, sizeof fake);
    strcpy(fake.module, "/x/app");
    for (int i = 0; i < PLACES; i++) {
        snprintf(fake.functions[i], sizeof fake.functions[i], "place_%d", i);
        fake.frames[i] = (struct report_frame){.address = base + 16 * (uint64_t)i,
                                               .offset = 16 * (uint64_t)i,
                                               .module = fake.module,
                                               .function = fake.functions[i],
                                               .line = (unsigned)i + 1};
        fake.stacks[i][0] = &fake.frames[i];
        fake.stacks[i][1] = &fake.frames[0];
    }
    fake.report = (struct report){.processes = fake.processes, .process_count = 1, .verdict = "clean"};
    fake.processes[0] = (struct report_process){.pid = 10, .leaks = fake.leaks, .errors = fake.errors};
    fake.processes[0].failures = (struct report_failures){.known = true, .seen = seen};
    if (place >= 0) {
        fake.processes[0].failures.made = 1;
        fake.processes[0].failures.bytes = 24;
        fake.processes[0].failures.stack = stack_of(place);
    }
}

static void lose(int place, enum leak_kind kind, uint64_t blocks, uint64_t bytes)
{
    fake.leaks[fake.processes[0].leak_count++] =
        (struct report_leak){.kind = kind, .direct = {blocks, bytes}, .allocator = "malloc", .stack = stack_of(place)};
}

static void misuse(int place)
{
    fake.errors[fake.processes[0].error_count++] = (struct report_error){
        .kind = "double-free", .taken_with = "malloc", .given_with = "malloc", .stack = stack_of(place), .freed = stack_of(0)};
}

static void start(void)
{
    struct fail_alloc_settings settings = {
        .each = true, .first = 1, .last = 9, .error_kinds = 1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE};

    runs = fail_alloc_runs_create(&settings);
}

static void stop(void)
{
    fail_alloc_runs_destroy(runs);
    fail_alloc_destroy(result);
}

TestSuite(fail_alloc_runs, .init = start, .fini = stop);

static void finish(enum fail_stop stopped)
{
    result = fail_alloc_runs_finish(runs, stopped);
    runs = NULL;
}

/* A program that makes nine allocations, loses nothing and exits with 0. */
static void usual_baseline(void)
{
    begin(9, -1);
    cr_assert(fail_alloc_runs_set_baseline(runs, &fake.report, EXITED(0)));
}

static void add(uint64_t number, const struct fail_alloc_end *end)
{
    cr_assert(fail_alloc_runs_add(runs, number, &fake.report, end));
}

/* ---- Outcomes ---- */

Test(fail_alloc_runs, the_worst_decides)
{
    usual_baseline();
    begin(9, 1);
    add(1, EXITED(0));
    begin(9, 2);
    add(2, EXITED(3));
    begin(9, 3);
    lose(4, LEAK_DEFINITE, 1, 10);
    add(3, EXITED(3));
    begin(9, 4);
    lose(4, LEAK_DEFINITE, 1, 10);
    misuse(5);
    add(4, EXITED(0));
    begin(9, 5);
    misuse(5);
    add(5, HUNG);
    begin(9, 6);
    misuse(5);
    add(6, KILLED(SIGSEGV));
    finish(FAIL_STOP_LAST);

    static const enum fail_outcome expected[] = {FAIL_OK, FAIL_STATUS, FAIL_LEAK, FAIL_ERROR, FAIL_HANG, FAIL_CRASH};
    cr_assert_eq(result->run_count, 6);
    for (size_t i = 0; i < 6; i++) {
        cr_expect_eq(result->runs[i].outcome, expected[i], "run %zu", i + 1);
        cr_expect_eq(result->outcomes[i], 1);
    }
    cr_expect_eq(result->runs[5].crash_signal, SIGSEGV);
    cr_expect_eq(result->runs[4].crash_signal, 0);
    cr_expect_eq(result->groups[0].runs[0], 5, "the worst comes first");
    cr_expect_eq(result->groups[5].runs[0], 0);
    cr_expect_eq(result->error_count, 1 + 2 + 2 + 2);
    cr_expect_eq(result->allocations, 9);
}

Test(fail_alloc_runs, ending_as_usual_is_no_harm)
{
    begin(9, -1);
    cr_assert(fail_alloc_runs_set_baseline(runs, &fake.report, KILLED(SIGABRT)));
    begin(9, 1);
    add(1, KILLED(SIGABRT));
    begin(9, 2);
    add(2, KILLED(SIGSEGV));
    begin(9, 3);
    add(3, EXITED(0));
    finish(FAIL_STOP_LAST);
    cr_expect_eq(result->runs[0].outcome, FAIL_OK);
    cr_expect_eq(result->runs[1].outcome, FAIL_CRASH);
    cr_expect_eq(result->runs[2].outcome, FAIL_STATUS);
}

Test(fail_alloc_runs, a_child_that_crashes_is_a_crash)
{
    usual_baseline();
    for (uint64_t number = 1; number <= 2; number++) {
        begin(9, 1);
        fake.report.process_count = 2;
        fake.processes[1] = (struct report_process){.pid = 11, .end = END_SIGNAL, .signal = number == 1 ? SIGSEGV : SIGTERM};
        add(number, EXITED(0));
    }
    finish(FAIL_STOP_LAST);
    cr_expect_eq(result->runs[0].outcome, FAIL_CRASH);
    cr_expect(result->runs[0].crash_in_child && result->runs[0].crash_signal == SIGSEGV);
    cr_expect_eq(result->runs[1].outcome, FAIL_OK, "a signal that ends programs is no crash");
}

/* ---- What is new ---- */

Test(fail_alloc_runs, what_is_lost_as_usual_is_not_new)
{
    begin(9, -1);
    lose(1, LEAK_DEFINITE, 2, 20);
    lose(2, LEAK_POSSIBLE, 1, 5);
    misuse(3);
    cr_assert(fail_alloc_runs_set_baseline(runs, &fake.report, EXITED(0)));
    begin(9, 1);
    lose(2, LEAK_POSSIBLE, 1, 500);
    lose(1, LEAK_DEFINITE, 2, 20);
    misuse(3);
    add(1, EXITED(0));
    begin(9, 1);
    lose(1, LEAK_DEFINITE, 5, 50);
    lose(2, LEAK_DEFINITE, 1, 5);
    add(2, EXITED(0));
    finish(FAIL_STOP_LAST);

    cr_expect_eq(result->runs[0].outcome, FAIL_OK);
    const struct fail_run *second = &result->runs[1];
    cr_assert_eq(second->leak_count, 2);
    cr_expect(second->leaks[0].direct.blocks == 3 && second->leaks[0].direct.bytes == 30, "only the excess");
    cr_expect(second->leaks[1].direct.blocks == 1, "of another kind");
}

Test(fail_alloc_runs, kinds_that_are_no_errors_do_not_count)
{
    usual_baseline();
    begin(9, 1);
    lose(1, LEAK_REACHABLE, 1, 10);
    add(1, EXITED(0));
    finish(FAIL_STOP_LAST);
    cr_expect_eq(result->runs[0].outcome, FAIL_OK);
    cr_expect_eq(result->runs[0].leak_count, 0);
}

Test(fail_alloc_runs, what_stopped_in_the_middle_has_lost_only_what_is_definite)
{
    usual_baseline();
    for (uint64_t number = 1; number <= 3; number++) {
        begin(9, 1);
        lose(1, LEAK_POSSIBLE, 1, 136);
        lose(2, LEAK_DEFINITE, 1, 10);
        add(number, number == 1 ? KILLED(SIGABRT) : number == 2 ? HUNG : EXITED(0));
    }
    finish(FAIL_STOP_LAST);
    cr_expect_eq(result->runs[0].leak_count, 1);
    cr_expect_eq(result->runs[1].leak_count, 1);
    cr_expect_eq(result->runs[2].leak_count, 2);
}

/* ---- Groups ---- */

Test(fail_alloc_runs, the_same_call_with_the_same_outcome_is_told_once)
{
    static const int places[] = {1, 1, 2, 1, 1};

    usual_baseline();
    for (uint64_t i = 0; i < 5; i++) {
        begin(9, places[i]);
        lose(i == 3 ? 5 : 4, LEAK_DEFINITE, 1 + i, 10 * (1 + i));
        add(i + 1, EXITED(0));
    }
    finish(FAIL_STOP_LAST);

    cr_assert_eq(result->group_count, 3);
    cr_expect(result->groups[0].count == 3 && result->groups[0].runs[2] == 4);
    cr_expect_eq(result->groups[0].worst, 4, "the one that lost most stands for all");
    cr_expect_eq(result->groups[1].runs[0], 2);
    cr_expect_eq(result->groups[2].runs[0], 3);
    cr_expect_eq(result->error_count, 3);
}

Test(fail_alloc_runs, stacks_outlive_the_reports_they_come_from)
{
    usual_baseline();
    begin(9, 3);
    lose(4, LEAK_DEFINITE, 1, 10);
    add(1, EXITED(0));
    memset(&fake, 0xff, sizeof fake);
    finish(FAIL_STOP_LAST);

    const struct report_stack *stack = &result->runs[0].failures.stack;
    cr_assert_eq(stack->frame_count, 2);
    cr_expect_str_eq(stack->frames[0]->function, "place_3");
    cr_expect_str_eq(stack->frames[0]->module, "/x/app");
    cr_expect_eq(stack->frames[0]->address, 0x30, "not that of one process");
    cr_expect_str_eq(result->runs[0].leaks[0].stack.frames[0]->function, "place_4");
}

Test(fail_alloc_runs, the_process_in_which_it_failed_is_the_one_that_counts)
{
    usual_baseline();
    begin(4, -1);
    fake.report.process_count = 3;
    fake.processes[1] = (struct report_process){.pid = 11, .failures = {.known = false}};
    fake.processes[2] =
        (struct report_process){.pid = 12, .failures = {.known = true, .seen = 7, .made = 1, .bytes = 99, .stack = stack_of(2)}};
    add(7, EXITED(0));
    finish(FAIL_STOP_LAST);
    cr_expect_eq(result->runs[0].failures.bytes, 99);
    cr_expect_str_eq(result->runs[0].failures.stack.frames[0]->function, "place_2");
}

/* ---- The end ---- */

Test(fail_alloc_runs, a_run_without_a_failure_behind_the_last_is_the_end)
{
    usual_baseline();
    begin(9, -1);
    cr_expect_not(fail_alloc_runs_add(runs, 10, &fake.report, EXITED(0)));
    finish(FAIL_STOP_NO_MORE);
    cr_expect_eq(result->run_count, 0);
}

Test(fail_alloc_runs, a_run_without_a_failure_before_the_last_is_listed)
{
    usual_baseline();
    begin(5, -1);
    add(9, EXITED(0));
    finish(FAIL_STOP_LAST);
    cr_expect_eq(result->run_count, 1);
    cr_expect_eq(result->runs[0].failures.made, 0);
}

Test(fail_alloc_runs, without_counts_nothing_can_be_made_to_fail)
{
    begin(0, -1);
    fake.processes[0].failures.known = false;
    cr_expect_not(fail_alloc_runs_set_baseline(runs, &fake.report, EXITED(0)));
}

Test(fail_alloc_runs, the_only_run_has_its_leaks_in_the_report)
{
    begin(9, 2);
    lose(4, LEAK_DEFINITE, 1, 10);
    cr_expect_eq(fail_alloc_runs_set_only(runs, &fake.report, EXITED(1)), FAIL_STOP_LAST);
    finish(FAIL_STOP_LAST);
    cr_assert_eq(result->run_count, 1);
    cr_expect_eq(result->runs[0].outcome, FAIL_STATUS);
    cr_expect_eq(result->error_count, 0);
}

Test(fail_alloc_runs, the_only_run_may_have_no_failure)
{
    begin(9, -1);
    cr_expect_eq(fail_alloc_runs_set_only(runs, &fake.report, EXITED(0)), FAIL_STOP_NO_MORE);
    fake.processes[0].failures.known = false;
    cr_expect_eq(fail_alloc_runs_set_only(runs, &fake.report, EXITED(0)), FAIL_STOP_NOT_SEEN);
}

/* ---- In a report ---- */

static const char *verdict_with(const char *verdict, enum fail_outcome outcome)
{
    struct fail_alloc found = {.error_count = 2};
    struct report report = {.verdict = verdict, .error_count = 1};

    found.outcomes[outcome] = 1;
    fail_alloc_attach(&report, &found);
    cr_expect_eq(report.error_count, 3);
    return report.verdict;
}

Test(fail_alloc_runs, harm_tells_in_the_verdict)
{
    cr_expect_str_eq(verdict_with("clean", FAIL_STATUS), "clean");
    cr_expect_str_eq(verdict_with("clean", FAIL_LEAK), "leaks");
    cr_expect_str_eq(verdict_with("clean", FAIL_CRASH), "errors");
    cr_expect_str_eq(verdict_with("leaks", FAIL_HANG), "errors");
    cr_expect_str_eq(verdict_with("errors", FAIL_LEAK), "errors");
    cr_expect_str_eq(verdict_with("incomplete", FAIL_CRASH), "incomplete");
}
