/* SPDX-License-Identifier: MIT
 * The formats of other tools where models by hand (tests/golden) do not go: stacks without end, many processes, failing streams. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/report.h"

typedef int format_writer(const struct report *report, const struct report_view *view, FILE *stream);

static format_writer *const formats[] = {report_write_folded,    report_write_pprof,        report_write_speedscope,
                                         report_write_heaptrack, report_write_valgrind_xml, report_write_valgrind_text};

enum { FORMATS = sizeof formats / sizeof *formats };

static const struct report_view view = {.show_kinds = 1u << LEAK_DEFINITE};

static struct report report_of(struct report_process *processes, size_t count)
{
    static char *command[] = {NULL};

    return (struct report){
        .version = (char *)"0",
        .command = command,
        .mode = "run",
        .started = (char *)"not known",
        .verdict = "clean",
        .processes = processes,
        .process_count = count,
    };
}

/* What a format writes, owned by the caller; it must succeed. */
static char *written(format_writer *write_format, const struct report *report, size_t *size)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);

    cr_assert_eq(write_format(report, &view, stream), 0);
    fclose(stream);
    return text;
}

Test(profiles, report_without_processes_can_be_written)
{
    const struct report report = report_of(NULL, 0);

    for (size_t i = 0; i < FORMATS; i++) {
        size_t size;
        free(written(formats[i], &report, &size));
        const bool lines_only = formats[i] == report_write_folded || formats[i] == report_write_valgrind_text;
        cr_expect(lines_only ? size == 0 : size > 0, "format %zu", i);
    }
}

/* A frame name of 10 MB, in a stack of a hundred thousand frames. */
Test(profiles, stack_without_end_is_written_whole)
{
    enum { NAME = 10000000, DEPTH = 100000, SHORT = 3 };
    char *name = malloc(NAME + 1);
    const struct report_frame **frames = malloc(DEPTH * sizeof *frames);
    size_t size;

    memset(name, 'x', NAME);
    name[NAME] = '\0';
    const struct report_frame large = {.function = name, .module = "/x/app"}, small = {.function = "fun", .module = "/x/app"};
    for (size_t i = 0; i < DEPTH; i++)
        frames[i] = i == 0 ? &large : &small;
    struct report_leak leak = {.direct = {1, 7}, .allocator = "new", .stack = {.frames = frames, .frame_count = DEPTH}};
    struct report_process process = {
        .executable = (char *)"/x/app", .leak_checked = true, .total = {{1, 7}}, .leaks = &leak, .leak_count = 1};
    const struct report report = report_of(&process, 1);

    char *text = written(report_write_folded, &report, &size);
    cr_expect_eq(size, strlen("definitely lost;new 7\n") + NAME + 1 + (DEPTH - 1) * (SHORT + 1));
    free(text);
    for (size_t i = 1; i < FORMATS; i++)
        free(written(formats[i], &report, &size));
    free(frames);
    free(name);
}

Test(profiles, separators_of_folded_stacks_are_no_part_of_names)
{
    const struct report_frame frame = {.function = "take<[u8; 4]>\nmain;1 2", .module = "/x/app"}, *frames[] = {&frame};
    struct report_leak leak = {.direct = {1, 7}, .allocator = "malloc", .stack = {.frames = frames, .frame_count = 1}};
    struct report_process process = {
        .executable = (char *)"/x/app", .leak_checked = true, .total = {{1, 7}}, .leaks = &leak, .leak_count = 1};
    const struct report report = report_of(&process, 1);
    size_t size;

    char *text = written(report_write_folded, &report, &size);
    cr_expect_str_eq(text, "definitely lost;take<[u8: 4]>\\x0amain:1 2;malloc 7\n");
    free(text);
}

/* Equal places of different processes have frames of their own in the model. */
Test(profiles, equal_frames_of_many_processes_are_written_once)
{
    enum { PROCESSES = 2000 };
    static struct report_frame frames[PROCESSES];
    static const struct report_frame *stacks[PROCESSES][1];
    static struct report_leak leaks[PROCESSES];
    static struct report_process processes[PROCESSES];
    size_t size;

    for (int i = 0; i < PROCESSES; i++) {
        frames[i] = (struct report_frame){.function = "unique_name", .module = "/x/app", .offset = 16};
        stacks[i][0] = &frames[i];
        leaks[i] = (struct report_leak){.direct = {1, 7}, .allocator = "malloc", .stack = {stacks[i], 1}};
        processes[i] = (struct report_process){
            .pid = i, .executable = (char *)"/x/app", .leak_checked = true, .total = {{1, 7}}, .leaks = &leaks[i], .leak_count = 1};
    }
    const struct report report = report_of(processes, PROCESSES);
    format_writer *const textual[] = {report_write_speedscope, report_write_heaptrack}; /* this shows in what they write */
    for (size_t i = 0; i < sizeof textual / sizeof *textual; i++) {
        char *text = written(textual[i], &report, &size);
        const char *first = strstr(text, "unique_name");
        cr_assert_not_null(first);
        cr_expect_null(strstr(first + 1, "unique_name"), "format %zu", i);
        free(text);
    }
}

Test(profiles, failure_to_write_is_told)
{
    enum { LEAKS = 10000 };
    static struct report_leak leaks[LEAKS];
    struct report_process process = {
        .executable = (char *)"/x/app", .leak_checked = true, .total = {{LEAKS, LEAKS}}, .leaks = leaks, .leak_count = LEAKS};
    const struct report report = report_of(&process, 1);

    for (int i = 0; i < LEAKS; i++)
        leaks[i] = (struct report_leak){.direct = {1, 1}, .allocator = "malloc"};
    for (size_t i = 0; i < FORMATS; i++) {
        FILE *stream = fopen("/dev/full", "w");
        cr_expect_eq(formats[i](&report, &view, stream), -ENOSPC, "format %zu", i);
        fclose(stream);
    }
}
