/* SPDX-License-Identifier: MIT */
#include "reporting/report_builder.h"

#include <string.h>

#include <criterion/criterion.h>

#include "fake_check.h"

TestSuite(report_builder, .init = set_up, .fini = tear_down);

/* ---- Verdicts and sums ---- */

Test(report_builder, no_heap_seen_is_incomplete)
{
    struct process_record record = record_of(1);

    start();
    record.coverage = COVERAGE_NONE;
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "incomplete");
    cr_expect_not(report.processes[0].leak_checked);
    report_finish(&report);
}

Test(report_builder, a_damaged_ledger_is_never_clean)
{
    struct fake_heap heap = {0};
    struct process_record sound = record_of(1), damaged = record_of(2);

    start();
    damaged.coverage = COVERAGE_PARTIAL;
    damaged.ledger_damaged = true;
    report_builder_add_process(builder, &sound, check(&heap, &sound));
    report_builder_add_process(builder, &damaged, check(&heap, &damaged));
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "incomplete");
    cr_expect(report.damaged, "for those who judge it anew");
    report_finish(&report);
}

Test(report_builder, one_heap_seen_is_enough_for_a_verdict)
{
    struct fake_heap heap = {0};
    struct process_record seen = record_of(1), unseen = record_of(2);

    start();
    unseen.coverage = COVERAGE_NONE;
    report_builder_add_process(builder, &unseen, NULL);
    report_builder_add_process(builder, &seen, check(&heap, &seen));
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "clean");
    report_finish(&report);
}

Test(report_builder, without_a_leak_check_nothing_is_missing)
{
    struct process_record record = record_of(1);

    settings.leak_check = false;
    start();
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "clean");
    report_finish(&report);
}

Test(report_builder, crossed_thresholds_are_listed_and_are_errors)
{
    uint64_t frames[] = {APP + 8};
    struct threshold_site site = {2, 300, {frames, 1, 0}};
    struct threshold_crossing crossing = {
        .kind = THRESHOLD_RSS, .most = 100, .value = 400, .at_ns = 7, .at_peak = true, .sites = &site, .site_count = 1};
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    start();
    record.thresholds = (struct threshold_record){.crossings = &crossing, .crossing_count = 1, .dropped = 2};
    report_builder_add_process(builder, &record, check(&heap, &record));
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "errors");
    cr_expect_eq(report.error_count, 3);
    cr_expect_eq(report.processes[0].thresholds_dropped, 2);
    cr_assert_eq(report.processes[0].threshold_count, 1);
    const struct report_threshold *threshold = &report.processes[0].thresholds[0];
    cr_expect_eq(threshold->kind, THRESHOLD_RSS);
    cr_expect_eq(threshold->most, 100);
    cr_expect_eq(threshold->value, 400);
    cr_expect_eq(threshold->at_ns, 7);
    cr_expect(threshold->at_peak);
    cr_assert_eq(threshold->site_count, 1);
    cr_expect_eq(threshold->sites[0].bytes, 300);
    cr_expect_eq(threshold->sites[0].stack.frame_count, 1);
    report_finish(&report);
}

Test(report_builder, memory_errors_are_listed_and_decide_the_verdict)
{
    uint64_t now[] = {APP + 8};
    struct memory_fault fault = {.kind = FAULT_MISMATCHED_FREE,
                                 .address = 0x1234,
                                 .size = 9,
                                 .thread = 2,
                                 .count = 3,
                                 .taken_with = HEAP_NEW_ARRAY,
                                 .given_with = HEAP_MALLOC,
                                 .stack = {now, 1, 0}};
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    start();
    record.faults = &fault;
    record.fault_count = 1;
    report_builder_add_process(builder, &record, check(&heap, &record));
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "errors");
    cr_expect_eq(report.error_count, 1);
    cr_assert_eq(report.processes[0].error_count, 1);
    const struct report_error *error = &report.processes[0].errors[0];
    cr_expect_str_eq(error->kind, "mismatched-free");
    cr_expect_str_eq(error->taken_with, "new[]");
    cr_expect_str_eq(error->given_with, "malloc");
    cr_expect_eq(error->stack.frame_count, 1);
    cr_expect_eq(error->allocated.frame_count, 0);
    report_finish(&report);
}

Test(report_builder, totals_are_the_sum_over_processes_in_the_order_of_their_start)
{
    struct fake_heap heap = {0};
    struct process_record parent = record_of(1), child = record_of(2), last = record_of(3);

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    child.started_ns = 10;
    start();
    report_builder_add_process(builder, &child, check(&heap, &child));
    add_block(&heap, 1, HEAP_MALLOC);
    report_builder_add_process(builder, &parent, check(&heap, &parent));
    last.started_ns = 20;
    report_builder_add_process(builder, &last, NULL);
    struct report report = finish();
    cr_assert_eq(report.process_count, 3);
    cr_expect_eq(report.processes[0].pid, 1);
    cr_expect_eq(report.processes[1].pid, 2);
    cr_expect_eq(report.processes[2].pid, 3);
    cr_expect_eq(report.total[LEAK_DEFINITE].blocks, 3);
    cr_expect_eq(report.total[LEAK_DEFINITE].bytes, 96);
    cr_expect_eq(report.error_count, 2);
    report_finish(&report);
}

Test(report_builder, own_mappings_are_listed_largest_first)
{
    uint64_t frame[] = {APP + 8};
    struct live_mapping mappings[] = {{4096, 1, {frame, 1, 0}}, {8192, 2, {frame, 1, 0}}};
    struct process_record record = record_of(1);

    start();
    record.mappings = mappings;
    record.mapping_count = 2;
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    cr_assert_eq(report.processes[0].mapping_count, 2);
    cr_expect_eq(report.processes[0].mappings[0].bytes, 8192);
    cr_expect_eq(report.processes[0].mappings[1].count, 1);
    cr_expect_str_eq(report.processes[0].mappings[1].stack.frames[0]->module, "/x/app");
    report_finish(&report);
}

/* Three arenas: which one is named, and what pins them, by call site or by what it is. */
static struct heap_arena torn_arenas[] = {
    {.usage = {.address = 0x1000, .main = true, .resident_free = 10 << 20, .pin_address = 0x1100, .pin_size = 24}},
    {.usage = {.address = 0x2000, .resident_free = 30 << 20, .pin_address = 0x2100}, .pin_content = (char *)"_ZTSN4core6ConfigE"},
    {.usage = {.address = 0x3000, .resident_free = 20 << 20}},
};

static void add_torn_heap(struct process_record *record)
{
    record->arenas = torn_arenas;
    record->arena_count = sizeof torn_arenas / sizeof *torn_arenas;
    record->memory = (struct memory_usage){.known = true, .rss = 64 << 20, .resident = {[MEMORY_FREE] = 60 << 20}};
}

Test(report_builder, the_arena_with_the_most_free_memory_is_named)
{
    uint64_t site[] = {APP + 8};
    struct process_record record = record_of(1);

    start();
    add_torn_heap(&record);
    torn_arenas[0].pin_stack = (struct call_stack){site, 1, 1};
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    const struct report_process *process = &report.processes[0];
    cr_assert_eq(process->arena_count, 3);
    cr_expect_eq(process->arenas[0].pin_stack.frame_count, 1);
    cr_expect_str_eq(process->arenas[1].pin_stack.content, "core::Config");
    cr_expect_eq(process->arenas[1].pin_stack.frame_count, 0);
    cr_expect_null(process->arenas[2].pin_stack.content);
    cr_expect_eq(report_fragmented_arena(process), &process->arenas[1]);
    report_finish(&report);
}

Test(report_builder, no_arena_is_named_where_that_is_not_the_story)
{
    struct process_record record = record_of(1);

    start();
    add_torn_heap(&record);
    record.memory.resident[MEMORY_LIVE] = 61 << 20;
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    cr_expect_eq(report.processes[0].memory.rss, 64 << 20);
    cr_expect_null(report_fragmented_arena(&report.processes[0]));
    report_finish(&report);
}

Test(report_builder, descriptors_of_one_place_stand_together)
{
    uint64_t here[] = {APP + 8}, there[] = {APP + 64};
    char null[] = "/dev/null", a[] = "/a", b[] = "/b", c[] = "/c", d[] = "/d";
    struct open_descriptor descriptors[] = {
        {.number = 0, .name = null, .origin = ORIGIN_INHERITED},
        {.number = 3, .name = a, .origin = ORIGIN_OPENED, .stack = {here, 1, 0}},
        {.number = 4, .name = b, .origin = ORIGIN_OPENED, .stack = {there, 1, 0}},
        {.number = 5, .name = c, .origin = ORIGIN_OPENED, .stack = {here, 1, 0}},
        {.number = 6, .name = d, .origin = ORIGIN_INHERITED, .stack = {here, 1, 0}},
    };
    struct process_record record = record_of(1);

    start();
    record.descriptors_listed = record.descriptors_tracked = true;
    record.descriptors = descriptors;
    record.descriptor_count = sizeof descriptors / sizeof *descriptors;
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    const struct report_process *process = &report.processes[0];
    cr_assert_eq(process->descriptor_count, 4);
    cr_expect_eq(process->descriptors[1].count, 2);
    cr_expect_eq(process->descriptors[1].open[1].number, 5);
    cr_expect_str_eq(process->descriptors[1].open[1].name, "/c");
    const struct descriptor_counts counts = report_descriptor_counts(process);
    cr_expect_eq(counts.open, 5);
    cr_expect_eq(counts.standard, 1);
    cr_expect_eq(counts.inherited, 1);
    report_finish(&report);
}

Test(report_builder, injections_are_counted_as_they_are_now)
{
    char text[] = "mmap:error=ENOMEM";
    char *texts[] = {text};
    uint64_t times[] = {1};

    settings.injections = texts;
    settings.injection_times = times;
    settings.injection_count = 1;
    start();
    cr_expect_eq(report_builder_interim(builder, 5)->injections[0].count, 1);
    times[0] = 3;
    struct report report = finish();
    cr_assert_eq(report.injection_count, 1);
    cr_expect_str_eq(report.injections[0].text, "mmap:error=ENOMEM");
    cr_expect_eq(report.injections[0].count, 3);
    report_finish(&report);
}

Test(report_builder, the_start_is_told_in_utc)
{
    start();
    struct report report = finish();
    cr_expect_str_eq(report.started, "2026-01-01T12:00:00.000000007Z");
    cr_expect_eq(report.elapsed_ns, 5);
    cr_expect_str_eq(report.command[0], "./app");
    report_finish(&report);
}

/* ---- Interim reports ---- */

Test(report_builder, an_interim_state_is_replaced_by_the_next)
{
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    suppress(user_suppressions, "leak:new.so\n");
    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    start();
    record.end = END_RUNNING;
    report_builder_add_process(builder, &record, check(&heap, &record));
    const struct report *interim = report_builder_interim(builder, 1);
    cr_expect_eq(interim->process_count, 1);
    cr_expect_eq(interim->processes[0].leak_count, 1);
    cr_expect_eq(interim->error_count, 1);
    add_block(&heap, 1, HEAP_MALLOC);
    record.end = END_EXIT;
    report_builder_add_process(builder, &record, check(&heap, &record));
    struct report report = finish();
    cr_assert_eq(report.process_count, 1);
    cr_expect_eq(report.processes[0].end, END_EXIT);
    cr_expect_eq(report.total[LEAK_DEFINITE].blocks, 2);
    cr_expect_eq(report.error_count, 1);
    cr_expect_eq(report.suppressions_unused_count, 1);
    report_finish(&report);
}

Test(report_builder, the_leaks_of_an_interim_state_stay_if_nothing_was_checked_since)
{
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    start();
    record.end = END_RUNNING;
    report_builder_add_process(builder, &record, check(&heap, &record));
    record.end = END_EXIT;
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    cr_assert_eq(report.process_count, 1);
    cr_expect(report.processes[0].leak_checked);
    cr_expect_eq(report.processes[0].leak_count, 1);
    cr_expect_eq(report.error_count, 1);
    report_finish(&report);
}

Test(report_builder, a_pid_used_again_is_another_process)
{
    struct process_record record = record_of(1);

    start();
    report_builder_add_process(builder, &record, NULL);
    record.started_ns = 100;
    report_builder_add_process(builder, &record, NULL);
    struct report report = finish();
    cr_expect_eq(report.process_count, 2);
    report_finish(&report);
}

Test(report_builder, a_builder_without_a_report_is_released)
{
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    start();
    process_leaks_destroy(check(&heap, &record));
    report_builder_add_process(builder, &record, check(&heap, &record));
    report_builder_destroy(builder);
    report_builder_destroy(NULL);
}

/* ---- Failed calls ---- */

Test(report_builder, failed_calls_are_listed_with_names_and_are_no_errors)
{
    uint64_t frames[] = {APP + 8};
    struct refused_call call = {.name = "mmap", .error = 12, .bytes = 4096, .count = 2, .stack = {frames, 1, 0}};
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    start();
    record.refused = (struct refused_calls){.items = &call, .count = 1, .dropped = 3};
    report_builder_add_process(builder, &record, check(&heap, &record));
    struct report report = finish();
    cr_expect_str_eq(report.verdict, "clean");
    cr_assert_eq(report.processes[0].refused_count, 1);
    cr_expect_eq(report.processes[0].refused_dropped, 3);
    cr_expect_str_eq(report.processes[0].refused[0].error, "ENOMEM");
    cr_expect_eq(report.processes[0].refused[0].call.count, 2);
    cr_expect_eq(report.processes[0].refused[0].stack.frame_count, 1);
    report_finish(&report);
}
