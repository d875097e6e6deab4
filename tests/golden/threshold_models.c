/* SPDX-License-Identifier: MIT
 * Reports with crossed thresholds, limits that were near, a time line, and of processes that the OOM killer ended. */
#include "model/report_model.h"
#include "models.h"

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
    {"RLIMIT_AS",
     NULL,
     "limit.address-space",
     "raise it",
     TEXT("RLIMIT_AS is nearly used up"),
     TEXT("97.6 MiB of 100 MiB in use; 2.4 MiB left, then ENOMEM"),
     LIMIT_BYTES,
     EFFECT_ENOMEM,
     2516582,
     {0, 104857600, 102341018, 5000000, false, now, COUNT(now)}},
    {"cgroup memory",
     TEXT("/job\n1"),
     "cgroup.limit",
     "raise the limit",
     TEXT("cgroup memory is nearly used up"),
     TEXT("64 MiB of 64 MiB in use; 4 KiB left, then SIGKILL"),
     LIMIT_BYTES,
     EFFECT_SIGKILL,
     4096,
     {0, 67108864, 67104768, 5500000, false, NULL, 0}},
    {"vm.max_map_count",
     NULL,
     "limit.maps",
     "make fewer mappings",
     TEXT("vm.max_map_count is nearly used up"),
     TEXT("65500 of 65530 in use; 30 left, then ENOMEM"),
     LIMIT_COUNT,
     EFFECT_ENOMEM,
     30,
     {0, 65530, 65500, 8000000, false, then, COUNT(then)}},
};

/* ---- Limits and the time line ---- */

static struct limit_finding findings[] = {
    {"eta.limit", FINDING_WARNING, NULL,
     TEXT("at this rate (3.2 MiB a minute) the first limit, RLIMIT_DATA, is reached in about 41 min"),
     TEXT("live memory grows by 3.2 MiB a minute; RLIMIT_DATA: 131.2 MiB left, then ENOMEM"), TEXT("look for a leak"), 19000000},
    {"cgroup.events", FINDING_NOTE, TEXT("/job\n1"), TEXT("/job\n1 has met its limit of memory"),
     TEXT("limit met 3 times, OOM kills 0, since the first look"), TEXT("look at the group's limit"), 19000000},
};
static struct limit_finding machine_findings[] = {
    {"oom.policy", FINDING_WARNING, TEXT("vm.panic_on_oom"), TEXT("the machine panics when memory runs out"),
     TEXT("vm.panic_on_oom=1: not for control groups"), TEXT("make sure that it is meant so"), 0},
};

#define KNOWN(number)                                                                                                              \
    {                                                                                                                              \
        true, number                                                                                                               \
    }
#define NOT_KNOWN                                                                                                                  \
    {                                                                                                                              \
        0                                                                                                                          \
    }
static struct time_sample samples[] = {
    {1000000, 0, {NOT_KNOWN, KNOWN(126976), KNOWN(0), KNOWN(0), KNOWN(5)}},
    {11000000, 4, {KNOWN(1000000), KNOWN(3000000), KNOWN(0), KNOWN(0), KNOWN(1234)}},
    {19000000, 7, {KNOWN(900000), KNOWN(2500000), KNOWN(0), KNOWN(0), KNOWN(61)}},
};
#define LIMITS                                                                                                                     \
    {                                                                                                                              \
        .findings = {findings, COUNT(findings), COUNT(findings)},                                                                  \
        .time_line = {.samples = samples,                                                                                          \
                      .count = COUNT(samples),                                                                                     \
                      .offered = 8,                                                                                                \
                      .step = 4,                                                                                                   \
                      .extremes = {[SERIES_LIVE] = {7, 4, KNOWN(900000), KNOWN(1000000)},                                          \
                                   [SERIES_RESIDENT] = {0, 4, KNOWN(126976), KNOWN(3000000)},                                      \
                                   [SERIES_SWAPPED] = {0, 0, KNOWN(0), KNOWN(0)},                                                  \
                                   [SERIES_LOCKED] = {0, 0, KNOWN(0), KNOWN(0)},                                                   \
                                   [SERIES_MAPPINGS] = {0, 4, KNOWN(5), KNOWN(1234)}}},                                            \
        .forecast = {{55924.053, true}, "RLIMIT_DATA", NULL, EFFECT_ENOMEM, 137573171, KNOWN(2460)},                               \
    }

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
    .limits = LIMITS,
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
    .machine_findings = {machine_findings, COUNT(machine_findings), COUNT(machine_findings)},
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
                   .limit = {.name = "cgroup memory",
                             .where = TEXT("/job\n1"),
                             .unit = LIMIT_BYTES,
                             .effect = EFFECT_SIGKILL,
                             .at = {0, 67108864, 67104768, 19000000, false, now, COUNT(now)}},
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
     .oom_death = {.known = true,
                   .limit = {.name = "memory and swap",
                             .unit = LIMIT_BYTES,
                             .effect = EFFECT_SIGKILL,
                             .at = {0, 8589934592, 8585740288, 19000000, false, NULL, 0}},
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
    .own_usage = {.measured = true,
                  .peak = {true, 20971520},
                  .user_ns = 1500000000,
                  .system_ns = 250000000,
                  .symbols_peak = {true, 9437184},
                  .symbols_ns = 120000000,
                  .phase_ns = {[USAGE_READING] = 400000000, [USAGE_SCANNING] = 900000000, [USAGE_NAMING] = 100000000}},
};
