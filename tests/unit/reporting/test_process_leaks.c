/* SPDX-License-Identifier: MIT */
#include "reporting/report_builder.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "elf/elf_image.h"
#include "fake_check.h"

TestSuite(process_leaks, .init = set_up, .fini = tear_down);

/* ---- Leaks ---- */

Test(process_leaks, a_leak_is_listed_with_its_stack)
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

Test(process_leaks, modules_are_found_by_address_and_generation)
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

Test(process_leaks, the_first_byte_behind_a_module_still_returns_into_it)
{
    static const uint64_t at_end[] = {APP + 0x1000};
    struct fake_heap heap = {0};

    add_block(&heap, add_site(&heap, at_end, 1, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_str_eq(report.processes[0].leaks[0].stack.frames[0]->module, "/x/app");
    report_finish(&report);
}

Test(process_leaks, equal_places_are_one_record)
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

Test(process_leaks, the_worst_comes_first)
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

Test(process_leaks, indirect_blocks_belong_to_their_owner)
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

Test(process_leaks, kinds_that_nobody_wants_to_see_are_only_counted)
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

Test(process_leaks, a_call_site_that_is_not_known_is_listed_all_the_same)
{
    struct fake_heap heap = {0};

    add_block(&heap, 0, HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_assert_eq(report.processes[0].leak_count, 1);
    cr_expect_eq(report.processes[0].leaks[0].stack.frame_count, 0);
    report_finish(&report);
}

Test(process_leaks, memory_that_could_not_be_read_is_told)
{
    struct fake_heap heap = {.unreadable = true};

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_eq(report.processes[0].coverage, COVERAGE_PARTIAL);
    cr_assert_geq(report.processes[0].reason_count, 1);
    cr_expect_not_null(strstr(report.processes[0].reasons[0], "32 bytes"));
    report_finish(&report);
}

Test(process_leaks, a_file_that_is_gone_costs_names_and_is_told)
{
    struct fake_heap heap = {0};

    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_expect_eq(report.processes[0].coverage, COVERAGE_FULL);
    cr_assert_eq(report.processes[0].reason_count, 1, "files that nobody asked for are not told of");
    cr_expect_str_eq(report.processes[0].reasons[0], "names of /x/app are missing: No such file or directory");
    report_finish(&report);
}

Test(process_leaks, places_get_their_names_from_the_files)
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

Test(process_leaks, suppressed_leaks_are_counted_not_listed)
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

Test(process_leaks, built_in_suppressions_are_never_called_unused)
{
    struct fake_heap heap = {0};

    suppressions_add_defaults(user_suppressions);
    struct report report = report_on(&heap);
    cr_expect_eq(report.suppressions_unused_count, 0);
    report_finish(&report);
}

Test(process_leaks, the_programs_own_suppressions_count_for_it_alone)
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

Test(process_leaks, suppressions_of_the_program_that_make_no_sense_are_told)
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

Test(process_leaks, suppressions_are_generated_on_request)
{
    struct fake_heap heap = {0};

    settings.generate_suppressions = true;
    add_block(&heap, add_site(&heap, in_app, 2, 0), HEAP_MALLOC);
    struct report report = report_on(&heap);
    cr_assert_not_null(report.processes[0].leaks[0].suppression);
    cr_expect_not_null(strstr(report.processes[0].leaks[0].suppression, "obj:/x/app\n"));
    report_finish(&report);
}
