/* SPDX-License-Identifier: MIT
 * Reports of audits of real time. */
#include "model/report_model.h"
#include "models.h"

static const struct report_frame control = {0x1150, APP, NULL, 0x1150, "control", "control", "/home/me/src/control.c", 12, false};
static const struct report_frame take = {0x11a0, APP, NULL, 0x11a0, "take", "take", "/home/me/src/control.c", 40, false};
static const struct report_frame in_main = {0x1210, APP, NULL, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};

static struct report_finding findings[] = {
    {.id = "rt.pagefault",
     .remedy = "lock and touch the memory before",
     .severity = FINDING_ERROR,
     .what = TEXT("a real-time thread met a page that was not there"),
     .numbers = TEXT("thread 102 at 0x5000, in [heap], in the block at 0x4ff0"),
     .count = 1024,
     .roles = {ROLE_INSTRUCTION, ROLE_ALLOCATION},
     .stacks = {STACK(&control), STACK(&take, &in_main)},
     .stack_count = 2},
    {.id = "rt.sleep",
     .remedy = "clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME)",
     .severity = FINDING_WARNING,
     .what = TEXT("a real-time thread slept (poll)"),
     .numbers = TEXT("thread 102: for descriptors or signals"),
     .count = 1,
     .roles = {ROLE_CALL},
     .stacks = {STACK(&control)},
     .stack_count = 1},
    {.id = "rt.affinity",
     .remedy = "taskset",
     .severity = FINDING_NOTE,
     .what = TEXT("thread 102 may be moved between processors"),
     .numbers = TEXT("processors 0-3"),
     .count = 1},
};
static struct realtime_thread threads[] = {{101, TEXT("app"), "SCHED_FIFO", 1, TEXT("0-3")},
                                           {102, TEXT("lo\nop"), "SCHED_DEADLINE", 0, TEXT("")}};
static struct limit_finding machine[] = {
    {.id = "rt.throttling",
     .severity = FINDING_WARNING,
     .subject = TEXT("kernel.sched_rt_runtime_us"),
     .what = TEXT("real-time threads are stopped when they have run for too long"),
     .numbers = TEXT("at most 950000 us in each 1000000 us"),
     .remedy = TEXT("write -1 into /proc/sys/kernel/sched_rt_runtime_us")},
    {.id = "rt.kernel",
     .severity = FINDING_NOTE,
     .what = TEXT("the kernel is not one for real time"),
     .numbers = TEXT("no PREEMPT_RT in kernel.version"),
     .remedy = TEXT("use another")},
};

static char *command[] = {TEXT("./app"), NULL};
#define PROCESS(number)                                                                                                            \
    .pid = (number), .ppid = 99, .executable = TEXT(APP), .command = command, .started_ns = 1000000, .ended_ns = 20000000,         \
    .end = END_EXIT, .coverage = COVERAGE_FULL, .leak_checked = true, .checked_at = "exit"

static struct report_process processes[] = {
    {
        PROCESS(101),
        .realtime =
            {
                .sums =
                    {
                        .audited = true,
                        .start = REALTIME_BY_POLICY,
                        .started_by = 101,
                        .started_ns = 5000000,
                        .minor_faults = {true, 1030},
                        .major_faults = {true, 1},
                        .placed_faults = 1024,
                        .own_faults = 2,
                        .without_kernel = true,
                    },
                .threads = threads,
                .thread_count = COUNT(threads),
                .findings = {findings, COUNT(findings)},
            },
    },
    {
        PROCESS(103),
        .realtime = {.sums = {.audited = true,
                              .start = REALTIME_BY_CALL,
                              .start_name = "timerfd_settime",
                              .started_by = 103,
                              .started_ns = 6000000,
                              .minor_faults = {true, 0},
                              .major_faults = {true, 0},
                              .by_process_files = true}},
    },
    {PROCESS(104), .realtime = {.sums = {.audited = true}, .findings = {&findings[2], 1}}},
};

const struct report realtime_report = {
    .version = TEXT("0.1.0"),
    .command = command,
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000001Z"),
    .elapsed_ns = 20000000,
    .verdict = "errors",
    .error_count = 1,
    .processes = processes,
    .process_count = COUNT(processes),
    .machine_findings = {machine, COUNT(machine), COUNT(machine)},
};
