/* SPDX-License-Identifier: MIT
 * A report of a hundred thousand records, as a long run of a large program may have it. */
#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_model.h"
#include "models.h"

enum { RECORDS = 100000, MODULES = 20, FUNCTIONS = 5000, DEPTH = 12 };

static char *text_of(const char *format, unsigned number)
{
    char text[160];

    snprintf(text, sizeof text, format, number);
    return xstrdup(text);
}

static struct report_frame *make_frames(void)
{
    struct report_frame *frames = xcalloc(FUNCTIONS, sizeof *frames);
    const char *modules[MODULES], *build_ids[MODULES];

    for (unsigned i = 0; i < MODULES; i++) {
        modules[i] = i == 0 ? "/opt/large/bin/large" : text_of("/opt/large/lib/libpart%u.so.1", i);
        build_ids[i] = text_of("0123456789abcdef0123456789abcdef%08x", i);
    }
    for (unsigned i = 0; i < FUNCTIONS; i++)
        frames[i] = (struct report_frame){
            .address = 0x7f0000000000 + i * 0x113,
            .module = modules[i % MODULES],
            .build_id = build_ids[i % MODULES],
            .offset = i * 0x113,
            .function = text_of("large::part::Worker<unsigned long>::step_%u(large::Context&, int)", i),
            .linkage_name = text_of("_ZN5large4part6WorkerImE9step_%uERNS_7ContextEi", i),
            .file = text_of("/home/me/large/src/part/worker_%u.cpp", i / 10),
            .line = i % 1000 + 1,
        };
    return frames;
}

/* Like real stacks these agree in their outer calls: the nearer to the innermost one, the more there are of a frame. */
static struct report_stack make_stack(const struct report_frame *frames, unsigned record)
{
    const struct report_frame **stack = xcalloc(DEPTH, sizeof *stack);

    for (unsigned i = 0; i < DEPTH; i++) {
        const unsigned outer = DEPTH - 1 - i, width = outer < 5 ? 1u << (2 * outer) : FUNCTIONS;
        stack[i] = &frames[(outer * 7919u + (record * 2654435761u >> 7) % width) % FUNCTIONS];
    }
    return (struct report_stack){.frames = stack, .frame_count = DEPTH};
}

static struct report *make_report(void)
{
    static char *command[] = {(char *)"/opt/large/bin/large", NULL};
    static struct report_process process = {.pid = 100,
                                            .ppid = 99,
                                            .command = command,
                                            .ended_ns = 60000000000,
                                            .end = END_EXIT,
                                            .coverage = COVERAGE_FULL,
                                            .leak_checked = true};
    static struct report report = {
        .command = command, .mode = "run", .verdict = "leaks", .processes = &process, .process_count = 1};
    struct report_frame *frames = make_frames();

    process.executable = command[0];
    process.checked_at = "exit";
    process.leaks = xcalloc(RECORDS, sizeof *process.leaks);
    process.leak_count = RECORDS;
    for (unsigned i = 0; i < RECORDS; i++) {
        const enum leak_kind kind = i < RECORDS / 2 ? LEAK_DEFINITE : i < RECORDS * 3 / 4 ? LEAK_POSSIBLE : LEAK_REACHABLE;
        const struct leak_amount amount = {1 + i % 7, 16 + (uint64_t)(i * 37 % 5000)};
        process.leaks[i] = (struct report_leak){kind, .direct = amount, .allocator = "malloc", .stack = make_stack(frames, i)};
        process.total[kind].blocks += amount.blocks;
        process.total[kind].bytes += amount.bytes;
    }
    memcpy(report.total, process.total, sizeof report.total);
    report.version = xstrdup("0.1.0");
    report.started = xstrdup("2026-01-01T12:00:00.000000000Z");
    report.elapsed_ns = process.ended_ns;
    report.error_count = RECORDS * 3 / 4;
    return &report;
}

const struct report *large_report(void)
{
    static struct report *made;

    if (made == NULL)
        made = make_report();
    return made;
}
