/* SPDX-License-Identifier: MIT
 * usage: bench_report_writers [RECORDS]
 *
 * What it costs to write a report with many records (100,000), each with a stack of 30 frames, in each format: CPU time, the peak
 * memory of all, that of the model alone, and the size. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "model/report_model.h"
#include "report/report.h"

enum { FRAMES = 5000, DEPTH = 30, INLINED_EVERY = 9, LINES = 400 };

static struct report_frame frames[FRAMES];
static struct report_process process = {
    .pid = 4711,
    .executable = (char *)"/usr/bin/app",
    .command = (char *[]){(char *)"app", NULL},
    .end = END_EXIT,
    .coverage = COVERAGE_FULL,
    .leak_checked = true,
    .checked_at = "exit",
};
static struct report report = {
    .version = (char *)"0",
    .command = (char *[]){(char *)"app", NULL},
    .mode = "run",
    .started = (char *)"2026-01-01T12:00:00.000000000Z",
    .verdict = "leaks",
    .processes = &process,
    .process_count = 1,
};

static void make_frames(void)
{
    for (unsigned i = 0; i < FRAMES; i++)
        frames[i] = (struct report_frame){
            .address = 0x555555550000 + i * 16,
            .module = i % 3 ? "/usr/lib/x86_64-linux-gnu/libproduct.so.5" : "/usr/bin/app",
            .build_id = "0123456789abcdef0123456789abcdef01234567",
            .offset = 0x1000 + i * 16,
            .function = xasprintf("product::module_%u::Table<unsigned long, product::Row>::insert(product::Row const&)", i),
            .linkage_name = xasprintf("_ZN7product%uTableImNS_3RowEE6insertERKS1_", i),
            .file = xasprintf("/build/product/source/module_%u/table.cc", i / 10),
            .line = i % LINES + 1,
            .inlined = i % INLINED_EVERY == 1,
        };
}

/* Stacks that share their outer half, as those of one program do. */
static void make_records(size_t count)
{
    process.leaks = xcalloc(count, sizeof *process.leaks);
    process.leak_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct report_frame **stack = xcalloc(DEPTH, sizeof *stack);
        for (size_t k = 0; k < DEPTH; k++)
            stack[k] = &frames[k < DEPTH / 2 ? (size_t)rand() % FRAMES : i % 100 * DEPTH + k];
        process.leaks[i] = (struct report_leak){
            .kind = (enum leak_kind)(i * LEAK_SUPPRESSED / count),
            .direct = {1 + i % 50, 100 + i},
            .allocator = "malloc",
            .stack = {.frames = stack, .frame_count = DEPTH},
        };
    }
}

typedef int format_writer(const struct report *report, const struct report_view *view, FILE *stream);

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* In a process of its own: what it takes is no other format's. */
static void measure(const char *name, format_writer *write_format)
{
    const struct report_view view = {
        .show_kinds = (1u << LEAK_KINDS) - 1, .error_kinds = (1u << LEAK_KINDS) - 1, .source_root = "/build/product"};
    FILE *stream = tmpfile();
    pid_t child = fork();
    struct rusage usage;
    int status;

    if (stream)
        setvbuf(stream, NULL, _IOFBF, 1 << 18); /* as in report_output.c */
    if (child == 0)
        _exit(write_format(&report, &view, stream) != 0);
    if (stream == NULL || child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) {
        fprintf(stderr, "%s: failed\n", name);
        exit(1);
    }
    fseek(stream, 0, SEEK_END);
    printf("%-12s %6.2f s CPU (%.2f s of the kernel's) %6ld MiB %8.1f MB written\n", name,
           seconds(usage.ru_utime) + seconds(usage.ru_stime), seconds(usage.ru_stime), usage.ru_maxrss / 1024,
           (double)ftell(stream) / 1e6);
    fclose(stream);
}

static int write_nothing(const struct report *nothing, const struct report_view *view, FILE *stream)
{
    return 0;
}

int main(int argc, char **argv)
{
    make_frames();
    make_records(argc > 1 ? strtoul(argv[1], NULL, 10) : 100000);
    fflush(stdout);
    setvbuf(stdout, NULL, _IOLBF, 0);
    measure("(the model)", write_nothing);
    measure("text", report_write_text);
    measure("JSON", report_write_json);
    measure("folded", report_write_folded);
    measure("pprof", report_write_pprof);
    measure("speedscope", report_write_speedscope);
    measure("heaptrack", report_write_heaptrack);
    measure("SARIF", report_write_sarif);
    measure("JUnit", report_write_junit);
    measure("GitLab", report_write_gitlab);
    measure("GitHub", report_write_github);
    measure("summary", report_write_github_summary);
    measure("gcc", report_write_gcc);
    measure("valgrind XML", report_write_valgrind_xml);
    measure("its text", report_write_valgrind_text);
    return 0;
}
