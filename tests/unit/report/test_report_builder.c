/* SPDX-License-Identifier: MIT */
#include "report_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "elf/elf_image.h"
#include "elf/symbolizer.h"
#include "heap/snapshot.h"
#include "suppressions.h"
#include "xalloc.h"

#define ALL_LOST (1u << LEAK_DEFINITE | 1u << LEAK_INDIRECT | 1u << LEAK_POSSIBLE)
#define HEAP     0x10000000
#define APP      0x400000
#define LIBRARY  0x7f0000000000

static struct symbolizer *symbolizer;
static struct suppressions *user_suppressions;
static struct report_builder_settings settings;
static struct report_builder *builder;

static void set_up(void)
{
    static char *command[] = {(char *)"./app", NULL};

    symbolizer = symbolizer_create(false);
    user_suppressions = suppressions_create();
    settings = (struct report_builder_settings){
        .symbolizer = symbolizer,
        .suppressions = user_suppressions,
        .error_kinds = 1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE,
        .named_kinds = ALL_LOST,
        .leak_check = true,
        .mode = "run",
        .command = command,
    };
}

static void tear_down(void)
{
    suppressions_destroy(user_suppressions);
    symbolizer_destroy(symbolizer);
}

TestSuite(report_builder, .init = set_up, .fini = tear_down);

static void start(void)
{
    builder = report_builder_create(&settings, (struct timespec){.tv_sec = 1767268800, .tv_nsec = 7});
}

/* ---- A heap of blocks that nothing points to; each may point to the next ---- */

#define BLOCKS_MAX 16

struct fake_heap {
    uint64_t words[BLOCKS_MAX][4]; /* contents of blocks of 32 bytes */
    struct heap_block blocks[BLOCKS_MAX];
    size_t count;
    const uint64_t *stacks[BLOCKS_MAX];
    struct heap_site sites[BLOCKS_MAX];
    size_t site_count;
    bool unreadable;
};

static size_t read_fake_heap(void *context, uint64_t address, void *buffer, size_t size)
{
    struct fake_heap *heap = context;
    uint64_t end = HEAP + heap->count * sizeof heap->words[0];

    if (heap->unreadable || address < HEAP || address >= end)
        return 0;
    size = size < end - address ? size : end - address;
    memcpy(buffer, (char *)heap->words + (address - HEAP), size);
    return size;
}

static uint32_t add_site(struct fake_heap *heap, const uint64_t *frames, size_t count, uint32_t generation)
{
    heap->site_count = heap->site_count ? heap->site_count : 1;
    heap->sites[heap->site_count] = (struct heap_site){.frames = frames, .frame_count = (uint16_t)count, .generation = generation};
    return (uint32_t)heap->site_count++;
}

static void add_block(struct fake_heap *heap, uint32_t site, enum heap_allocator allocator)
{
    heap->blocks[heap->count] =
        (struct heap_block){.address = HEAP + heap->count * 32, .size = 32, .site = site, .allocator = allocator};
    heap->count++;
}

static struct process_leaks *check(struct fake_heap *heap, const struct process_record *record)
{
    struct snapshot snapshot = {
        .memory = {.read = read_fake_heap, .context = heap},
        .blocks = heap->blocks,
        .block_count = heap->count,
        .sites = heap->sites,
        .site_count = heap->site_count ? heap->site_count : 1,
        .glibc = true,
    };

    return report_builder_leaks(builder, record, &snapshot, leak_scan_begin(&snapshot), "exit");
}

static struct module modules[] = {
    {.path = (char *)"/x/app", .start = APP, .end = APP + 0x1000, .file_offset = 0x1000, .last_generation = UINT32_MAX},
    {.path = (char *)"/x/old.so", .start = LIBRARY, .end = LIBRARY + 0x1000, .last_generation = 0},
    {.path = (char *)"/x/new.so", .start = LIBRARY, .end = LIBRARY + 0x1000, .first_generation = 1, .last_generation = UINT32_MAX},
    {.path = (char *)"/x/new.so", .start = LIBRARY + 0x1000, .end = LIBRARY + 0x2000, .last_generation = UINT32_MAX},
};

static struct process_record record_of(pid_t pid)
{
    return (struct process_record){
        .pid = pid,
        .executable = (char *)"/x/app",
        .end = END_EXIT,
        .coverage = COVERAGE_FULL,
        .modules = modules,
        .module_count = sizeof modules / sizeof *modules,
    };
}

static struct report finish(void)
{
    struct report report;

    report_builder_finish(builder, 5, &report);
    return report;
}

/* Checks one process with this heap and returns the report. */
static struct report report_on(struct fake_heap *heap)
{
    struct process_record record = record_of(1);

    start();
    report_builder_add_process(builder, &record, check(heap, &record));
    return finish();
}

static const uint64_t in_app[] = {APP + 0x10, APP + 0x20};

/* ---- Leaks ---- */

Test(report_builder, a_leak_is_listed_with_its_stack)
{
    struct fake_heap heap = {0};

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_NEW_ARRAY);
    struct report report = report_on(&heap);
    cr_assert_eq(report.process_count, 1);
    cr_assert_eq(report.processes[0].leak_count, 1);
    const struct report_leak *leak = &report.processes[0].leaks[0];
    cr_expect_eq(leak->kind, LEAK_DEFINITE);
    cr_expect_eq(leak->direct.blocks, 1);
    cr_expect_eq(leak->direct.bytes, 32);
    cr_expect_str_eq(leak->allocator, "new[]");
    cr_assert_eq(leak->stack.frame_count, 2);
    cr_expect_str_eq(leak->stack.frames[0]->module, "/x/app");
    cr_expect_eq(leak->stack.frames[0]->address, APP + 0x10 - 1, "the call, not what follows it");
    cr_expect_eq(leak->stack.frames[1]->offset, 0x1000 + 0x20 - 1);
    cr_expect_str_eq(report.verdict, "leaks");
    cr_expect_eq(report.error_count, 1);
    cr_expect_str_eq(report.processes[0].checked_at, "exit");
    report_finish(&report);
}

Test(report_builder, modules_are_found_by_address_and_generation)
{
    static const uint64_t in_library[] = {LIBRARY + 8};
    struct fake_heap heap = {0};

    add_block(&heap, add_site(&heap, in_library, 1, 0), HEAP_MALLOC);
    add_block(&heap, add_site(&heap, in_library, 1, 1), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_assert_eq(report.processes[0].leak_count, 2);
    const char *first = report.processes[0].leaks[0].stack.frames[0]->module;
    const char *second = report.processes[0].leaks[1].stack.frames[0]->module;
    cr_expect(strcmp(first, "/x/old.so") == 0 || strcmp(second, "/x/old.so") == 0);
    cr_expect(strcmp(first, "/x/new.so") == 0 || strcmp(second, "/x/new.so") == 0);
    report_finish(&report);
}

Test(report_builder, the_first_byte_behind_a_module_still_returns_into_it)
{
    static const uint64_t at_end[] = {APP + 0x1000};
    struct fake_heap heap = {0};

    add_block(&heap, add_site(&heap, at_end, 1, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_str_eq(report.processes[0].leaks[0].stack.frames[0]->module, "/x/app");
    report_finish(&report);
}

Test(report_builder, equal_places_are_one_record)
{
    static const uint64_t here[] = {LIBRARY + 8, APP + 8}, there[] = {LIBRARY + 0x1008, APP + 8};
    struct fake_heap heap = {0};

    add_block(&heap, add_site(&heap, here, 2, 1), HEAP_MALLOC);
    add_block(&heap, add_site(&heap, there, 2, 1), HEAP_MALLOC); /* the same file, mapped a second time */
    add_block(&heap, add_site(&heap, here, 2, 2), HEAP_MALLOC);
    add_block(&heap, add_site(&heap, here, 1, 1), HEAP_MALLOC);
    add_block(&heap, add_site(&heap, here, 2, 1), HEAP_NEW);
    struct report report = report_on(&heap);
    cr_assert_eq(report.processes[0].leak_count, 3);
    cr_expect_eq(report.processes[0].leaks[0].direct.blocks, 3);
    cr_expect_eq(report.processes[0].leaks[0].direct.bytes, 96);
    cr_expect_eq(report.processes[0].leaks[1].direct.blocks, 1);
    cr_expect_eq(report.error_count, 3);
    report_finish(&report);
}

Test(report_builder, the_worst_comes_first)
{
    static const uint64_t other[] = {APP + 0x30};
    struct fake_heap heap = {0};
    uint32_t small = add_site(&heap, in_app, 2, 0), large = add_site(&heap, other, 1, 0);

    add_block(&heap, small, HEAP_MALLOC);
    add_block(&heap, large, HEAP_MALLOC);
    add_block(&heap, large, HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_assert_eq(report.processes[0].leak_count, 2);
    cr_expect_eq(report.processes[0].leaks[0].direct.bytes, 64);
    cr_expect_eq(report.processes[0].leaks[1].direct.bytes, 32);
    report_finish(&report);
}

Test(report_builder, indirect_blocks_belong_to_their_owner)
{
    struct fake_heap heap = {0};
    uint32_t site = add_site(&heap, in_app, 2, 0);

    add_block(&heap, site, HEAP_MALLOC);
    add_block(&heap, site, HEAP_MALLOC);
    heap.words[0][0] = HEAP + 32;
    struct report report = report_on(&heap);
    cr_assert_eq(report.processes[0].leak_count, 2);
    cr_expect_eq(report.processes[0].leaks[0].direct.blocks, 1);
    cr_expect_eq(report.processes[0].leaks[0].indirect.blocks, 1);
    cr_expect_eq(report.processes[0].leaks[1].kind, LEAK_INDIRECT);
    cr_expect_eq(report.error_count, 1, "indirect blocks are no errors of their own");
    cr_expect_eq(report.total[LEAK_DEFINITE].blocks, 1);
    cr_expect_eq(report.total[LEAK_INDIRECT].blocks, 1);
    report_finish(&report);
}

Test(report_builder, kinds_that_nobody_wants_to_see_are_only_counted)
{
    struct fake_heap heap = {0};

    settings.named_kinds = 0;
    settings.error_kinds = 0;
    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_eq(report.processes[0].leak_count, 0);
    cr_expect_eq(report.processes[0].total[LEAK_DEFINITE].blocks, 1);
    cr_expect_eq(report.error_count, 0);
    cr_expect_str_eq(report.verdict, "clean");
    report_finish(&report);
}

Test(report_builder, a_call_site_that_is_not_known_is_listed_all_the_same)
{
    struct fake_heap heap = {0};

    add_block(&heap, 0, HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_assert_eq(report.processes[0].leak_count, 1);
    cr_expect_eq(report.processes[0].leaks[0].stack.frame_count, 0);
    report_finish(&report);
}

Test(report_builder, memory_that_could_not_be_read_is_told)
{
    struct fake_heap heap = {.unreadable = true};

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_eq(report.processes[0].coverage, COVERAGE_PARTIAL);
    cr_assert_eq(report.processes[0].reason_count, 1);
    cr_expect_not_null(strstr(report.processes[0].reasons[0], "32 bytes"));
    report_finish(&report);
}

Test(report_builder, places_get_their_names_from_the_files)
{
    struct module self = {.start = APP, .end = APP + 0x10000000, .last_generation = UINT32_MAX};
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);
    uint64_t value, size, low, stack[1];
    char path[4096] = "";

    cr_assert_gt(readlink("/proc/self/exe", path, sizeof path - 1), 0);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file);
    cr_assert_eq(elf_image_symbol(fileno(file), "report_builder_finish", &value, &size), 0);
    /* The place of the function in the file: that of its segment plus what it is behind it. */
    uint64_t offset = value;
    for (uint64_t step = 0; step < 64; step++)
        if (elf_image_address(fileno(file), value - step * 0x1000, &low) == 0 && low == value)
            offset = value - step * 0x1000;
    fclose(file);
    self.path = path;
    record.modules = &self;
    record.module_count = 1;
    stack[0] = APP + offset + 1;
    add_block(&heap, add_site(&heap, stack, 1, 0), HEAP_MALLOC);
    start();
    report_builder_add_process(builder, &record, check(&heap, &record));
    struct report report = finish();
    const struct report_stack *named = &report.processes[0].leaks[0].stack;
    cr_assert_geq(named->frame_count, 1);
    cr_expect_str_eq(named->frames[named->frame_count - 1]->function, "report_builder_finish");
    cr_expect_eq(named->frames[0]->offset, value);
    report_finish(&report);
}

/* ---- Suppressions ---- */

static void suppress(struct suppressions *set, const char *text)
{
    char *error;
    cr_assert_eq(suppressions_parse(set, text, strlen(text), "my.supp", &error), 0);
}

Test(report_builder, suppressed_leaks_are_counted_not_listed)
{
    static const uint64_t other[] = {LIBRARY + 8};
    struct fake_heap heap = {0};
    uint32_t library = add_site(&heap, other, 1, 1), app = add_site(&heap, in_app, 2, 0);

    suppress(user_suppressions, "leak:new.so\nleak:nothing\n");
    add_block(&heap, library, HEAP_MALLOC);
    add_block(&heap, app, HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_eq(report.processes[0].leak_count, 1);
    cr_expect_eq(report.total[LEAK_SUPPRESSED].blocks, 1);
    cr_expect_eq(report.total[LEAK_DEFINITE].blocks, 1);
    cr_assert_eq(report.suppressions_used_count, 1);
    cr_expect_str_eq(report.suppressions_used[0].name, "leak:new.so");
    cr_expect_eq(report.suppressions_used[0].blocks, 1);
    cr_expect_eq(report.suppressions_used[0].bytes, 32);
    cr_assert_eq(report.suppressions_unused_count, 1);
    cr_expect_str_eq(report.suppressions_unused[0].name, "leak:nothing");
    cr_expect_str_eq(report.suppressions_unused[0].file, "my.supp");
    cr_expect_eq(report.suppressions_unused[0].line, 2);
    report_finish(&report);
}

Test(report_builder, built_in_suppressions_are_never_called_unused)
{
    struct fake_heap heap = {0};

    suppressions_add_defaults(user_suppressions);
    struct report report = report_on(&heap);
    cr_expect_eq(report.suppressions_unused_count, 0);
    report_finish(&report);
}

Test(report_builder, the_programs_own_suppressions_count_for_it_alone)
{
    struct fake_heap heap = {0};
    struct process_record brings = record_of(1), plain = record_of(2);

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    start();
    brings.suppressions = (char *)"leak:/x/app\n";
    report_builder_add_process(builder, &brings, check(&heap, &brings));
    report_builder_add_process(builder, &plain, check(&heap, &plain));
    struct report report = finish();
    cr_expect_eq(report.processes[0].leak_count, 0);
    cr_expect_eq(report.processes[1].leak_count, 1);
    report_finish(&report);
}

Test(report_builder, suppressions_of_the_program_that_make_no_sense_are_told)
{
    struct fake_heap heap = {0};
    struct process_record record = record_of(1);

    start();
    record.suppressions = (char *)"nonsense";
    report_builder_add_process(builder, &record, check(&heap, &record));
    struct report report = finish();
    cr_assert_eq(report.processes[0].reason_count, 1);
    cr_expect_not_null(strstr(report.processes[0].reasons[0], "1:1"));
    report_finish(&report);
}

Test(report_builder, suppressions_are_generated_on_request)
{
    struct fake_heap heap = {0};

    settings.generate_suppressions = true;
    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_assert_not_null(report.processes[0].leaks[0].suppression);
    cr_expect_not_null(strstr(report.processes[0].leaks[0].suppression, "obj:/x/app\n"));
    report_finish(&report);
}

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
    struct process_record parent = record_of(1), child = record_of(2);

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    child.started_ns = 10;
    start();
    report_builder_add_process(builder, &child, check(&heap, &child));
    add_block(&heap, 1, HEAP_MALLOC);
    report_builder_add_process(builder, &parent, check(&heap, &parent));
    struct report report = finish();
    cr_assert_eq(report.process_count, 2);
    cr_expect_eq(report.processes[0].pid, 1);
    cr_expect_eq(report.processes[1].pid, 2);
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
