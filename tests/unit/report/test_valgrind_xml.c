/* SPDX-License-Identifier: MIT
 * What XML has no place for, in names; and numbers in the order of memcheck. Whole documents: tests/golden. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/report.h"

static char *written(struct report_process *process, unsigned kinds)
{
    static char *command[] = {NULL};
    const struct report_view view = {.show_kinds = kinds};
    const struct report report = {.version = (char *)"0",
                                  .command = command,
                                  .mode = "run",
                                  .started = (char *)"not known",
                                  .verdict = "leaks",
                                  .processes = process,
                                  .process_count = 1};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    process->executable = (char *)"/x/app";
    process->leak_checked = true;
    cr_assert_eq(report_write_valgrind_xml(&report, &view, stream), 0);
    fclose(stream);
    return text;
}

/* The document of one leak with one frame of this name. */
static char *document_of(const char *function, const char *suppression)
{
    const struct report_frame frame = {.function = function}, *frames[] = {&frame};
    struct report_leak leak = {
        .direct = {1, 7}, .allocator = "malloc", .stack = {.frames = frames, .frame_count = 1}, .suppression = (char *)suppression};
    struct report_process process = {.leaks = &leak, .leak_count = 1};

    return written(&process, 1u << LEAK_DEFINITE);
}

static void expect_name(const char *function, const char *expected)
{
    char *text = document_of(function, NULL);

    cr_expect_not_null(strstr(text, expected), "%s is not in %s", expected, text);
    free(text);
}

Test(valgrind_xml, markup_in_names_is_text)
{
    expect_name("operator<< <a&&>", "<fn>operator&lt;&lt; &lt;a&amp;&amp;&gt;</fn>");
    expect_name("]]>", "<fn>]]&gt;</fn>");
}

Test(valgrind_xml, characters_that_xml_forbids_are_replaced)
{
    expect_name("\001\t\v\037\177", "<fn>\\x01\\x09\\x0b\\x1f\\x7f</fn>");
    expect_name("\xef\xbf\xbe\xef\xbf\xbf", "<fn>\\u{fffe}\\u{ffff}</fn>");
    expect_name("\xed\xa0\x80\xff", "<fn>\\xed\\xa0\\x80\\xff</fn>");
    expect_name("\xc3\xa9\xf0\x9f\x90\x9b", "<fn>\xc3\xa9\xf0\x9f\x90\x9b</fn>");
}

Test(valgrind_xml, suppression_is_told_by_part_and_whole)
{
    char *text = document_of("f", "{\n   <name>\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:a]]>b\n   obj:/x\n}\n");

    cr_expect_not_null(strstr(text, "    <sname>&lt;name&gt;</sname>\n    <skind>Memcheck:Leak</skind>\n"
                                    "    <skaux>match-leak-kinds: definite</skaux>\n    <sframe> <fun>a]]&gt;b</fun> </sframe>\n"
                                    "    <sframe> <obj>/x</obj> </sframe>\n    <rawtext>\n<![CDATA[\n{\n"));
    cr_expect_not_null(strstr(text, "fun:a]]]]><![CDATA[>b\n"));
    free(text);
}

Test(valgrind_xml, records_are_numbered_from_the_smallest_on_whether_listed_or_not)
{
    struct report_leak leaks[] = {
        {.kind = LEAK_DEFINITE, .direct = {1, 1}, .indirect = {2, 100}, .allocator = "malloc"},
        {.kind = LEAK_DEFINITE, .direct = {1, 50}, .allocator = "malloc"},
        {.kind = LEAK_REACHABLE, .direct = {1, 50}, .allocator = "malloc"},
        {.kind = LEAK_REACHABLE, .direct = {1, 2000}, .allocator = "malloc"},
    };
    struct report_process process = {.leaks = leaks, .leak_count = sizeof leaks / sizeof *leaks};
    char *text = written(&process, 1u << LEAK_DEFINITE);
    const char *first = strstr(text, "50 bytes in 1 blocks are definitely lost in loss record 2 of 4");

    cr_assert_not_null(first);
    cr_expect_not_null(strstr(first, "101 (1 direct, 100 indirect) bytes in 1 blocks are definitely lost in loss record 3 of 4"));
    cr_expect_null(strstr(text, "still reachable"));
    free(text);
}
