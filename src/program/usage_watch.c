/* SPDX-License-Identifier: MIT */
#include "usage_watch.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock_ns.h"
#include "limits/kernel_files.h"
#include "limits/process_status.h"

uint64_t usage_watch_now(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

void usage_watch_add(struct usage_watch *watch, enum usage_phase phase, uint64_t begun_ns)
{
    watch->phase_ns[phase] += usage_watch_now() - begun_ns;
}

static struct known peak_memory(pid_t pid)
{
    struct process_status status = {0};
    struct kernel_files files;

    if (kernel_files_open(&files)) {
        process_status_read(&files, pid, &status);
        kernel_files_close(&files);
    }
    return status.peak;
}

static uint64_t cpu_time_ns(pid_t pid)
{
    clockid_t clock;

    return clock_getcpuclockid(pid, &clock) == 0 ? clock_ns(clock) : 0;
}

static uint64_t nanoseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_usec * 1000;
}

struct own_usage usage_watch_measure(const struct usage_watch *watch, pid_t symbol_reader)
{
    struct own_usage usage = {.measured = true, .peak = peak_memory(getpid())};
    struct rusage times;

    if (getrusage(RUSAGE_SELF, &times) == 0) {
        usage.user_ns = nanoseconds(times.ru_utime);
        usage.system_ns = nanoseconds(times.ru_stime);
    }
    if (symbol_reader > 0) {
        usage.symbols_peak = peak_memory(symbol_reader);
        usage.symbols_ns = cpu_time_ns(symbol_reader);
    }
    memcpy(usage.phase_ns, watch->phase_ns, sizeof usage.phase_ns);
    return usage;
}
