/* SPDX-License-Identifier: MIT */
#include "realtime_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu_list.h"
#include "field_table.h"
#include "group_place.h"
#include "kernel_files.h"

static void copy_line(struct kernel_files *files, const char *path, char *line, size_t size)
{
    char *text = kernel_files_read(files, NULL, "%s", path);
    const size_t length = text ? strcspn(text, "\n") : 0;

    line[0] = '\0';
    if (length > 0 && length < size) {
        memcpy(line, text, length);
        line[length] = '\0';
    }
    free(text);
}

static struct known read_signed(struct kernel_files *files, const char *path)
{
    char *text = kernel_files_read(files, NULL, "%s", path);
    struct known number = text ? field_value(text, FIELD_SIGNED) : (struct known){0};

    free(text);
    return number;
}

/* A processor without a governor runs as fast as it can, or as others decide. */
static void read_governors(struct kernel_files *files, const char *online, struct realtime_machine *machine)
{
    char path[128], governor[CHOSEN_WORD_SIZE];
    const uint64_t cpus = cpu_list_count(online).value;

    machine->governed = machine->not_fastest = known_value(0);
    for (uint64_t cpu = 0, seen = 0; seen < cpus; cpu++) {
        if (!cpu_list_has(online, cpu))
            continue;
        seen++;
        snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%u/cpufreq/scaling_governor", (unsigned)cpu);
        if (!kernel_files_exist(files, path))
            continue;
        copy_line(files, path, governor, sizeof governor);
        machine->governed.value++;
        if (strcmp(governor, "performance") == 0)
            continue;
        if (machine->not_fastest.value++ == 0)
            memcpy(machine->governor, governor, sizeof governor);
    }
}

/* The device answers with a number of four bytes. To read it changes nothing; only root may. */
static void read_latency(struct kernel_files *files, struct realtime_machine *machine)
{
    char driver[64];
    size_t size;
    int32_t latency;

    copy_line(files, "sys/devices/system/cpu/cpuidle/current_driver", driver, sizeof driver);
    machine->idles = driver[0] != '\0' && strcmp(driver, "none") != 0;
    char *bytes = kernel_files_read(files, &size, "dev/cpu_dma_latency");
    if (bytes && size == sizeof latency) {
        memcpy(&latency, bytes, sizeof latency);
        machine->latency_us = known_value((uint64_t)latency);
    }
    free(bytes);
}

void realtime_machine_read(struct kernel_files *files, struct realtime_machine *machine)
{
    char list[CPU_LIST_SIZE];

    *machine = (struct realtime_machine){
        .wanted = true,
        .runtime_us = read_signed(files, "proc/sys/kernel/sched_rt_runtime_us"),
        .period_us = kernel_files_number(files, "proc/sys/kernel/sched_rt_period_us"),
        .timer_migration = kernel_files_number(files, "proc/sys/kernel/timer_migration"),
        .nmi_watchdog = kernel_files_number(files, "proc/sys/kernel/nmi_watchdog"),
        .numa_balancing = kernel_files_number(files, "proc/sys/kernel/numa_balancing"),
        .stat_interval = kernel_files_number(files, "proc/sys/vm/stat_interval"),
        .defragments = kernel_files_number(files, "sys/kernel/mm/transparent_hugepage/khugepaged/defrag"),
    };
    copy_line(files, "sys/devices/system/cpu/isolated", machine->isolated, sizeof machine->isolated);
    copy_line(files, "sys/devices/system/node/online", list, sizeof list);
    if (list[0] != '\0')
        machine->nodes = cpu_list_count(list);
    copy_line(files, "sys/devices/system/cpu/online", list, sizeof list);
    read_governors(files, list, machine);
    read_latency(files, machine);
}

struct known realtime_group_runtime(struct kernel_files *files, pid_t pid)
{
    char *cgroup = kernel_files_read(files, NULL, "proc/%d/cgroup", (int)pid);
    char *mounts = kernel_files_read(files, NULL, "proc/self/mountinfo");
    struct known runtime = {0};
    struct group_place place;

    group_place_parse(cgroup ? cgroup : "", mounts ? mounts : "", "cpu", &place);
    if (place.found && !place.unified && !place.outside)
        runtime = kernel_files_number(files, "%s%s/cpu.rt_runtime_us", place.mount, place.path);
    group_place_finish(&place);
    free(mounts);
    free(cgroup);
    return runtime;
}
