/* SPDX-License-Identifier: MIT
 * Reports with locked memory. */
#include "model/report_model.h"
#include "models.h"

static const struct report_frame protect = {0x1150, APP, NULL, 0x1150, "protect", "protect", "/home/me/src/key.c", 12, false};
static const struct report_frame expose = {0x11a0, APP, NULL, 0x11a0, "expose", "expose", "/home/me/src/key.c", 40, false};
static const struct report_frame in_main = {0x1210, APP, NULL, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};

static struct report_locked_memory memory[] = {
    {LOCK_ALL, false, 2621440, 21, STACK(&in_main)},
    {LOCK_FUTURE, true, 1048576, 3, STACK(&in_main)},
    {LOCK_CALL, false, 12288, 1, STACK(&protect, &in_main)},
    {LOCK_MAPPED, false, 8192, 2, STACK(&expose, &in_main)},
    {LOCK_GROWN, false, 4096, 1, {0}},
    {LOCK_SECRET, false, 4096, 1, {0}},
    {LOCK_UNKNOWN, false, 4096, 1, {0}},
};
static struct report_locked_segment segments[] = {{32768, {true, 131072}, STACK(&protect, &in_main)}, {7, {false, 0}, {0}}};

static struct report_finding findings[] = {
    {.id = "mlock.failed",
     .remedy = "lock less",
     .severity = FINDING_ERROR,
     .what = TEXT("mlock of 512 KiB at 0x7f0000000000 failed with ENOMEM"),
     .numbers = TEXT("512 KiB more beside 0 bytes locked are beyond RLIMIT_MEMLOCK, 256 KiB"),
     .count = 3,
     .roles = {ROLE_CALL},
     .stacks = {STACK(&protect, &in_main)},
     .stack_count = 1},
    {.id = "mlock.leaked",
     .remedy = "call munlock before free",
     .severity = FINDING_WARNING,
     .what = TEXT("locked memory was freed without munlock"),
     .numbers = TEXT("12 KiB stay locked for 1 freed block"),
     .count = 1,
     .roles = {ROLE_LOCK, ROLE_FREE, ROLE_ALLOCATION},
     .stacks = {STACK(&protect, &in_main), STACK(&expose, &in_main), STACK(&in_main)},
     .stack_count = 3},
    {.id = "mlock.not-resident",
     .remedy = "touch each page once",
     .severity = FINDING_NOTE,
     .what = TEXT("locked memory is not in RAM: it is locked when it is first used"),
     .numbers = TEXT("996 KiB of 1 MiB"),
     .count = 1},
};

#define PROCESS                                                                                                                    \
    .pid = 100, .ppid = 99, .executable = TEXT(APP), .command = command, .ended_ns = 19000000, .end = END_EXIT,                    \
    .coverage = COVERAGE_FULL, .leak_checked = true, .checked_at = "exit"

static char *command[] = {TEXT("./app"), NULL};
static struct report_process process = {
    PROCESS,
    .locks =
        {
            .sums =
                {
                    .tracked = true,
                    .used = true,
                    .calls = 1234,
                    .failures = 3,
                    .bytes = 3702784,
                    .peak_bytes = 4194304,
                    .on_fault_bytes = 1048576,
                    .absent_bytes = {true, 1019904},
                    .kernel_bytes = {true, 6615040},
                    .own_bytes = 2912256,
                    .limit = {true, 8388608},
                    .future = true,
                },
            .memory = memory,
            .memory_count = COUNT(memory),
            .segments = segments,
            .segment_count = COUNT(segments),
            .findings = {findings, COUNT(findings)},
        },
};
/* Notes only, and no limit. */
static struct report_process privileged = {
    PROCESS,
    .locks = {.sums = {.tracked = true, .used = true, .calls = 1, .bytes = 12288, .peak_bytes = 8192, .privileged = true},
              .memory = &memory[2],
              .memory_count = 1,
              .findings = {&findings[2], 1}},
};

#define REPORT(of)                                                                                                                 \
    {                                                                                                                              \
        .version = TEXT("0.1.0"), .command = command, .mode = "run", .started = TEXT("2026-01-01T12:00:00.000000001Z"),            \
        .elapsed_ns = 20000000, .verdict = "clean", .processes = (of), .process_count = 1                                          \
    }
const struct report locks = REPORT(&process), locks_privileged = REPORT(&privileged);
