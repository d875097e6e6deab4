/* SPDX-License-Identifier: MIT
 * Reports with failing allocations. */
#include <signal.h>

#include "model/fail_alloc.h"
#include "model/report_model.h"
#include "models.h"

static const struct report_frame copy = {0x1150, APP, NULL, 0x1150, "copy", "copy", "/home/me/src/app.c", 12, false};
static const struct report_frame load = {0x11a0, APP, NULL, 0x11a0, "load", "load", "/home/me/src/app.c", 40, false};
static const struct report_frame in_main = {0x1210, APP, NULL, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};

static char *command[] = {TEXT("./app"), NULL};
static struct report_process process = {
    .pid = 100,
    .ppid = 99,
    .executable = TEXT(APP),
    .command = command,
    .ended_ns = 19000000,
    .end = END_EXIT,
    .coverage = COVERAGE_FULL,
    .leak_checked = true,
    .checked_at = "exit",
    .allocations = 1212,
    .frees = 1212,
    .allocated_bytes = 56789,
    .peak_bytes = 10240,
};

#define REPORT(what, is, errors)                                                                                                   \
    {                                                                                                                              \
        .version = TEXT("0.1.0"), .command = command, .mode = "run", .started = TEXT("2026-01-01T12:00:00.000000000Z"),            \
        .elapsed_ns = 20000000, .verdict = is, .error_count = errors, .process_count = 1, .processes = &process,                   \
        .fail_alloc = &what                                                                                                        \
    }

#define FAILED(size, ...)                                                                                                          \
    {                                                                                                                              \
        .known = true, .seen = 1212, .made = 1, .bytes = size, .stack = STACK(__VA_ARGS__)                                         \
    }

/* ---- A range ---- */

static struct report_leak lost = {
    .kind = LEAK_DEFINITE, .direct = {1, 24}, .indirect = {2, 48}, .allocator = "malloc", .stack = STACK(&load, &in_main)};
static struct report_error freed_twice = {
    "double-free", 0x5555555592a0, 24, 1, 1, "malloc", "malloc", STACK(&load, &in_main), STACK(&copy, &in_main), STACK(&in_main)};

#define LEAKS(n)                                                                                                                   \
    {                                                                                                                              \
        .number = n, .failures = FAILED(100, &copy, &load, &in_main), .end = END_EXIT, .status = 1, .outcome = FAIL_LEAK,          \
        .total = {{1, 24}, {2, 48}}, .leaks = &lost, .leak_count = 1                                                               \
    }
static struct fail_run runs[] = {
    {.number = 1, .failures = FAILED(1, &load, &in_main), .end = END_EXIT, .outcome = FAIL_OK},
    {.number = 2, .failures = FAILED(72, &copy, &in_main), .end = END_EXIT, .status = 3, .outcome = FAIL_STATUS},
    LEAKS(3),
    LEAKS(4),
    LEAKS(6),
    LEAKS(8),
    LEAKS(1005),
    LEAKS(1007),
    LEAKS(1009),
    LEAKS(1011),
    LEAKS(1012),
    {.number = 1020,
     .failures = FAILED(4096, &in_main),
     .end = END_SIGNAL,
     .signal = SIGSEGV,
     .core_dumped = true,
     .outcome = FAIL_CRASH,
     .crash_signal = SIGSEGV},
    {.number = 1021,
     .failures = FAILED(4096, &in_main),
     .end = END_EXIT,
     .outcome = FAIL_CRASH,
     .crash_signal = SIGABRT,
     .crash_in_child = true},
    {.number = 1022, .failures = FAILED(8, &load), .end = END_SIGNAL, .signal = SIGKILL, .outcome = FAIL_HANG},
    {.number = 1023,
     .failures = FAILED(8, &copy),
     .end = END_EXIT,
     .status = 1,
     .outcome = FAIL_ERROR,
     .errors = &freed_twice,
     .error_count = 1},
    {.number = 1024, .failures = {.known = true, .seen = 12}, .end = END_EXIT, .outcome = FAIL_OK},
};

#define GROUP(first, ...)                                                                                                          \
    {                                                                                                                              \
        .runs = (size_t[]){first, ##__VA_ARGS__}, .count = COUNT(((size_t[]){first, ##__VA_ARGS__})), .worst = first               \
    }
static struct fail_group groups[] = {GROUP(11), GROUP(12), GROUP(13), GROUP(14), GROUP(2, 3, 4, 5, 6, 7, 8, 9, 10),
                                     GROUP(1),  GROUP(0),  GROUP(15)};

static struct fail_alloc range = {
    .each = true,
    .first = 1,
    .last = 2000,
    .allocations = 1212,
    .stopped = FAIL_STOP_INTERRUPTED,
    .runs = runs,
    .run_count = COUNT(runs),
    .groups = groups,
    .group_count = COUNT(groups),
    .outcomes = {2, 1, 9, 1, 1, 2},
    .error_count = 5,
};
const struct report fail_alloc_range = REPORT(range, "errors", 5);

/* ---- One run ---- */

static struct fail_run one_run = {
    .number = 7,
    .failures = {.known = true, .seen = 20, .made = 14, .bytes = 24, .stack = STACK(&load, &in_main)},
    .end = END_EXIT,
    .status = 1,
    .outcome = FAIL_STATUS,
};
static struct fail_alloc later = {
    .first = 7,
    .last = UINT64_MAX,
    .allocations = 20,
    .runs = &one_run,
    .run_count = 1,
    .groups = &(struct fail_group){.runs = (size_t[]){0}, .count = 1},
    .group_count = 1,
    .outcomes = {0, 1},
};
const struct report fail_alloc_later = REPORT(later, "clean", 0);

static struct fail_alloc none = {.first = 7, .last = 7, .allocations = 5, .stopped = FAIL_STOP_NO_MORE};
const struct report fail_alloc_none = REPORT(none, "clean", 0);
