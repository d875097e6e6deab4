/* SPDX-License-Identifier: MIT */
#include "usage_watch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clock_ns.h"
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

static struct known peak_memory(void)
{
    struct kernel_files files;
    struct process_status status;
    char *text = NULL;

    if (kernel_files_open(&files)) {
        text = kernel_files_read(&files, NULL, "proc/self/status");
        kernel_files_close(&files);
    }
    process_status_parse(text ? text : "", &status);
    free(text);
    return status.peak;
}

static uint64_t nanoseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_usec * 1000;
}

struct own_usage usage_watch_measure(const struct usage_watch *watch)
{
    struct own_usage usage = {.measured = true, .peak = peak_memory()};
    struct rusage times;

    if (getrusage(RUSAGE_SELF, &times) == 0) {
        usage.user_ns = nanoseconds(times.ru_utime);
        usage.system_ns = nanoseconds(times.ru_stime);
    }
    memcpy(usage.phase_ns, watch->phase_ns, sizeof usage.phase_ns);
    return usage;
}
