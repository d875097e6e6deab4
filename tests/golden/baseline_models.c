/* SPDX-License-Identifier: MIT
 * A report that was held against a baseline. */
#include "model/report_baseline.h"
#include "model/report_model.h"
#include "models.h"

static const struct report_frame take = {.address = 0x555555555139,
                                         .module = "/home/me/app",
                                         .offset = 0x1139,
                                         .function = "take",
                                         .linkage_name = "take",
                                         .file = "/home/me/app.c",
                                         .line = 7};
static const struct report_frame main_frame = {.address = 0x555555555180,
                                               .module = "/home/me/app",
                                               .offset = 0x1180,
                                               .function = "main",
                                               .linkage_name = "main",
                                               .file = "/home/me/app.c",
                                               .line = 20};
static const struct report_frame *const taking[] = {&take, &main_frame};
static const struct report_frame *const in_main[] = {&main_frame};

static struct report_leak leaks[] = {
    {.kind = LEAK_DEFINITE, .direct = {2, 48}, .allocator = "malloc", .stack = {taking, COUNT(taking)}, .novelty = NOVELTY_KNOWN},
    {.kind = LEAK_DEFINITE, .direct = {1, 24}, .allocator = "malloc", .stack = {in_main, COUNT(in_main)}, .novelty = NOVELTY_GROWN},
};
static struct report_error errors[] = {
    {.kind = "invalid-free",
     .address = 0x10,
     .thread = 1,
     .count = 1,
     .taken_with = "malloc",
     .given_with = "malloc",
     .stack = {in_main, COUNT(in_main)},
     .novelty = NOVELTY_NEW},
    {.kind = "invalid-free",
     .address = 0x20,
     .thread = 1,
     .count = 1,
     .taken_with = "malloc",
     .given_with = "malloc",
     .stack = {taking, COUNT(taking)},
     .novelty = NOVELTY_KNOWN},
};
static struct report_process process = {
    .pid = 100,
    .ppid = 99,
    .executable = (char[]){"/home/me/app"},
    .command = (char *[]){(char[]){"./app"}, NULL},
    .started_ns = 1000000,
    .ended_ns = 20000000,
    .end = END_EXIT,
    .coverage = COVERAGE_FULL,
    .leak_checked = true,
    .checked_at = "exit",
    .allocations = 9,
    .frees = 6,
    .allocated_bytes = 400,
    .peak_bytes = 300,
    .peak_at_ns = 2000000,
    .live = {3, 72},
    .total = {[LEAK_DEFINITE] = {3, 72}},
    .leaks = leaks,
    .leak_count = COUNT(leaks),
    .errors = errors,
    .error_count = COUNT(errors),
};
static struct report_baseline baseline = {
    .file = (char[]){"/home/me/baseline.json"}, .new_count = 1, .grown = 1, .known = 2, .before = {3, 56}, .after = {3, 72}};

const struct report held_against_baseline = {
    .version = (char[]){"0.1.0"},
    .command = (char *[]){(char[]){"./app"}, NULL},
    .mode = "run",
    .started = (char[]){"2026-01-01T12:00:00.000000001Z"},
    .elapsed_ns = 20000000,
    .verdict = "errors",
    .total = {[LEAK_DEFINITE] = {3, 72}},
    .error_count = 2,
    .processes = &process,
    .process_count = 1,
    .baseline = &baseline,
};
