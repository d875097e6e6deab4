/* SPDX-License-Identifier: MIT
 * What the readers of findings take: more is left out, and that is said. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_model.h"
#include "report/report.h"

typedef int format_writer(const struct report *report, const struct report_view *view, FILE *stream);

/* What is written of a process with so many leaks, each at its place. Owned by the caller. */
static char *write_leaks(format_writer *write_format, size_t count)
{
    static const struct report_frame frame = {.module = "/src/app", .function = "build", .file = "/src/app.c", .line = 7};
    static const struct report_frame *const frames[] = {&frame};
    const struct report_view view = {.show_kinds = 1u << LEAK_DEFINITE, .source_root = "/src"};
    struct report_process process = {.executable = (char *)"/src/app",
                                     .coverage = COVERAGE_FULL,
                                     .leak_checked = true,
                                     .leaks = xcalloc(count, sizeof *process.leaks),
                                     .leak_count = count};
    const struct report report = {.version = (char *)"0", .verdict = "leaks", .processes = &process, .process_count = 1};
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    for (size_t i = 0; i < count; i++)
        process.leaks[i] =
            (struct report_leak){.kind = LEAK_DEFINITE, .direct = {1, 1}, .allocator = "malloc", .stack = {frames, 1}};
    cr_assert(eq(int, write_format(&report, &view, stream), 0));
    fclose(stream);
    free(process.leaks);
    return text;
}

/* strstr() would look at the whole text each time under AddressSanitizer. */
static size_t occurrences(const char *text, const char *word)
{
    const char *const end = text + strlen(text);
    const size_t length = strlen(word);
    size_t count = 0;

    for (const char *at = text; (at = memmem(at, (size_t)(end - at), word, length)); at += length)
        count++;
    return count;
}

Test(sarif, has_no_more_results_than_github_takes)
{
    char *text = write_leaks(report_write_sarif, 25002);

    cr_expect(eq(sz, occurrences(text, "\"ruleId\":"), 25000));
    cr_expect(eq(sz, occurrences(text, "\"stacks\":"), 5000));
    cr_expect(eq(sz, occurrences(text, "\"2 of 25002 results are left out: GitHub takes no more\""), 1));
    cr_expect(eq(sz, occurrences(text, "\"Only the worst 5000 results have stacks\""), 1));
    free(text);
}

Test(sarif, says_nothing_of_cuts_without_one)
{
    char *text = write_leaks(report_write_sarif, 5000);

    cr_expect(eq(sz, occurrences(text, "\"stacks\":"), 5000));
    cr_expect(eq(sz, occurrences(text, "\"toolExecutionNotifications\":[]"), 1));
    free(text);
}

Test(github, annotates_ten)
{
    char *text = write_leaks(report_write_github, 12);

    cr_expect(eq(sz, occurrences(text, "\n::error "), 10));
    cr_expect(eq(sz, occurrences(text, "\nleakwatch: 2 further findings are not annotated"), 1));
    free(text);
}

Test(github_summary, ends_where_it_is_full)
{
    char *text = write_leaks(report_write_github_summary, 10000);
    const size_t rows = occurrences(text, "\n| error |");
    char *rest = xasprintf("\n%zu further findings are not listed.\n", 10000 - rows);

    cr_expect(gt(sz, rows, 0));
    cr_expect(le(sz, strlen(text), GITHUB_SUMMARY_MAX));
    cr_expect(eq(sz, occurrences(text, rest), 1));
    free(rest);
    free(text);
}

Test(github_summary, lists_all_if_there_is_room)
{
    char *text = write_leaks(report_write_github_summary, 100);

    cr_expect(eq(sz, occurrences(text, "\n| error |"), 100));
    cr_expect(eq(sz, occurrences(text, "not listed"), 0));
    free(text);
}
