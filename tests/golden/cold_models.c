/* SPDX-License-Identifier: MIT
 * Reports of memory that nobody touches, and of equal pages. */
#include "model/cold_report.h"
#include "models.h"

static const struct report_frame cache = {0x1150, APP, NULL, 0x1150, "cache", "cache", "/home/me/src/cache.c", 12, false};
static const struct report_frame load = {0x11a0, APP, NULL, 0x11a0, "load", "load", "/home/me/src/load.c", 40, false};
static const struct report_frame in_main = {0x1210, APP, NULL, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};

static struct report_cold_site sites[] = {
    {LEAK_REACHABLE, "malloc", {1000, 10485760}, STACK(&cache, &in_main)},
    {LEAK_DEFINITE, "new", {3, 8388608}, STACK(&load, &in_main)},
    {LEAK_REACHABLE, "malloc", {1, 4096}, {.content = "text \xff"}},
    {LEAK_REACHABLE, "malloc", {1, 4000}, {0}},
    {LEAK_INDIRECT, "malloc", {1, 3000}, {0}},
    {LEAK_REACHABLE, "malloc", {1, 2000}, {0}},
    {LEAK_POSSIBLE, "malloc", {1, 1}, STACK(&in_main)},
};

static struct limit_finding findings[] = {{.id = "ksm.opportunity",
                                           .severity = FINDING_NOTE,
                                           .what = TEXT("merging equal pages of live blocks would save 2.9 MiB"),
                                           .numbers = TEXT("1000 pages"),
                                           .remedy = TEXT("keep one copy")}};

static char *command[] = {TEXT("./app"), NULL};
static struct report_process processes[] = {
    {.pid = 100,
     .ppid = 99,
     .executable = TEXT(APP),
     .command = command,
     .started_ns = 1000000,
     .ended_ns = 20000000,
     .end = END_EXIT,
     .coverage = COVERAGE_FULL,
     .leak_checked = true,
     .checked_at = "exit",
     .total = {[LEAK_REACHABLE] = {2000, 20000000}},
     .cold = {.asked = true,
              .known = true,
              .rejected = TEXT("idle-pages: the kernel does not track idle pages"),
              .detector = COLD_WRITE_PROTECT,
              .time_ns = 7000000000,
              .data_bytes = 67108864,
              .untouched_bytes = 33554432,
              .total = {[LEAK_DEFINITE] = {3, 8388608},
                        [LEAK_INDIRECT] = {1, 3000},
                        [LEAK_POSSIBLE] = {1, 1},
                        [LEAK_REACHABLE] = {1003, 10495856}},
              .sites = sites,
              .site_count = COUNT(sites)},
     .duplicates = {.counts = {.counted = true, .live = {1000, 50, 200, 750}, .lost = {1, 0, 1, 0}, .unreadable_bytes = 8192},
                    .live_profit = 3008000,
                    .lost_profit = -64,
                    .findings = {findings, COUNT(findings), COUNT(findings)}}},
    {.pid = 101,
     .ppid = 100,
     .executable = TEXT(APP),
     .command = command,
     .started_ns = 1000000,
     .ended_ns = 20000000,
     .end = END_EXIT,
     .coverage = COVERAGE_FULL,
     .leak_checked = true,
     .checked_at = "exit",
     .total = {[LEAK_DEFINITE] = {1, 1}},
     .cold = {.asked = true, .problem = TEXT("it was watched for 2.5 s only")}},
    {.pid = 102,
     .ppid = 100,
     .executable = TEXT(APP),
     .command = command,
     .started_ns = 2000000,
     .ended_ns = 20000000,
     .end = END_EXIT,
     .coverage = COVERAGE_FULL,
     .leak_checked = true,
     .checked_at = "exit",
     .total = {[LEAK_REACHABLE] = {1, 4096}},
     .cold = {.asked = true,
              .known = true,
              .detector = COLD_REFERENCED,
              .by_program = true,
              .time_ns = 500000000,
              .data_bytes = 8192,
              .untouched_bytes = 4096,
              .total = {[LEAK_REACHABLE] = {1, 4096}},
              .sites = &sites[2],
              .site_count = 1}},
};

const struct report cold = {
    .version = TEXT("0.1.0"),
    .command = command,
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000001Z"),
    .elapsed_ns = 20000000,
    .verdict = "leaks",
    .total = {[LEAK_DEFINITE] = {1, 1}, [LEAK_REACHABLE] = {2001, 20004096}},
    .error_count = 1,
    .processes = processes,
    .process_count = COUNT(processes),
};
