/* SPDX-License-Identifier: MIT
 * Reports with crossed thresholds, and of processes that the OOM killer ended. */
#include "models.h"
#include "report_model.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STACK(...)                                                                                                                 \
    {                                                                                                                              \
        .frames = (const struct report_frame *const[]){__VA_ARGS__},                                                               \
        .frame_count = COUNT(((const struct report_frame *const[]){__VA_ARGS__}))                                                  \
    }
#define TEXT(literal) ((char *)(literal)) /* as in models.c */

#define APP "/home/me/app"
static const struct report_frame cache = {0x1150, APP, NULL, 0x1150, "cache", "cache", "/home/me/src/cache.c", 12, false};
static const struct report_frame load = {0x11a0, APP, NULL, 0x11a0, "load", "load", "/home/me/src/load.c", 40, false};
static const struct report_frame in_main = {0x1210, APP, NULL, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};

static struct report_threshold_site now[] = {{1000, 10485760, STACK(&cache, &in_main)}, {1, 1000, {0}}};
static struct report_threshold_site then[] = {{1, 33554432, STACK(&load, &in_main)}};
static struct report_threshold crossings[] = {
    {THRESHOLD_LIVE, 10485760, 10486760, 6000000, false, now, COUNT(now)},
    {THRESHOLD_RSS, 33554432, 40000000, 19000000, true, then, COUNT(then)},
    {THRESHOLD_LOCKED, 65536, 69632, 7000000, false, NULL, 0},
    {THRESHOLD_MAPPINGS, 1000, 1234, 8000000, false, now, 1},
};

static struct report_limit_warning warnings[] = {
    {"RLIMIT_AS", NULL, LIMIT_BYTES, EFFECT_ENOMEM, 2516582, {0, 104857600, 102341018, 5000000, false, now, COUNT(now)}},
    {"cgroup memory", TEXT("/job\n1"), LIMIT_BYTES, EFFECT_SIGKILL, 4096, {0, 67108864, 67104768, 5500000, false, NULL, 0}},
    {"vm.max_map_count", NULL, LIMIT_COUNT, EFFECT_ENOMEM, 30, {0, 65530, 65500, 8000000, false, then, COUNT(then)}},
};

static struct report_refused_call refused[] = {
    {{.name = "mmap",
      .bytes = 67108864,
      .at_ns = 5000000,
      .count = 3,
      .limits = {{"RLIMIT_AS", LIMIT_BYTES, 104857600, 62914560, 25165824}, {"vm.max_map_count", LIMIT_COUNT, 65530, 65530, 1}},
      .limit_count = 2},
     "ENOMEM",
     "enomem.explained",
     FINDING_NOTE,
     STACK(&load, &in_main)},
    {{.name = "munmap", .at_ns = 6000000, .count = 1}, "ENOMEM", "munmap.failed", FINDING_ERROR, {0}},
    {{.name = "clone3",
      .at_ns = 6000000,
      .count = 1,
      .limits = {{"cgroup pids", LIMIT_COUNT, 20, 20, 1, TEXT("/job\n1")}},
      .limit_count = 1},
     "EAGAIN",
     "enomem.explained",
     FINDING_NOTE,
     STACK(&load, &in_main)},
};

static char *command[] = {TEXT("./app"), NULL};
static struct report_process process = {
    .pid = 100,
    .ppid = 99,
    .executable = TEXT(APP),
    .command = command,
    .started_ns = 1000000,
    .ended_ns = 20000000,
    .end = END_EXIT,
    .coverage = COVERAGE_FULL,
    .leak_checked = true,
    .checked_at = "exit",
    .thresholds = crossings,
    .threshold_count = COUNT(crossings),
    .thresholds_dropped = 2,
    .refused = refused,
    .refused_count = COUNT(refused),
    .refused_dropped = 7,
    .limit_warnings = warnings,
    .limit_warning_count = COUNT(warnings),
};

const struct report thresholds = {
    .version = TEXT("0.1.0"),
    .command = command,
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000001Z"),
    .elapsed_ns = 20000000,
    .verdict = "errors",
    .error_count = 6,
    .processes = &process,
    .process_count = 1,
};

/* One in a group that is at its limit, one for which the machine had no memory left, one of which nothing else is known. */
static struct report_process killed[] = {
    {.pid = 100,
     .ppid = 99,
     .executable = TEXT(APP),
     .command = command,
     .started_ns = 1000000,
     .ended_ns = 20000000,
     .end = END_SIGNAL,
     .signal = 9,
     .oom_killed = true,
     .coverage = COVERAGE_FULL,
     .oom_death = {.known = true,
                   .limit = {"cgroup memory",
                             TEXT("/job\n1"),
                             LIMIT_BYTES,
                             EFFECT_SIGKILL,
                             0,
                             {0, 67108864, 67104768, 19000000, false, now, COUNT(now)}},
                   .peak = {true, 67108864},
                   .resident = {true, 62914560},
                   .resident_peak = {true, 65011712},
                   .swapped = {true, 4194304},
                   .leakwatch_inside = true}},
    {.pid = 101,
     .ppid = 100,
     .executable = TEXT(APP),
     .command = command,
     .started_ns = 1000000,
     .ended_ns = 20000000,
     .end = END_SIGNAL,
     .signal = 9,
     .oom_killed = true,
     .coverage = COVERAGE_FULL,
     .oom_death =
         {.known = true,
          .limit = {"memory and swap", NULL, LIMIT_BYTES, EFFECT_SIGKILL, 0, {0, 8589934592, 8585740288, 19000000, false, NULL, 0}},
          .resident = {true, 62914560}}},
    {.pid = 102,
     .ppid = 100,
     .executable = TEXT(APP),
     .command = command,
     .started_ns = 1000000,
     .ended_ns = 20000000,
     .end = END_SIGNAL,
     .signal = 9,
     .oom_killed = true,
     .coverage = COVERAGE_FULL,
     .oom_death = {.known = true, .limit = {.at = {.at_ns = 19000000}}}},
};

const struct report oom_killed = {
    .version = TEXT("0.1.0"),
    .command = command,
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000001Z"),
    .elapsed_ns = 20000000,
    .verdict = "clean",
    .processes = killed,
    .process_count = COUNT(killed),
};
