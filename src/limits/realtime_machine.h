/* SPDX-License-Identifier: MIT
 *
 * What /proc, /sys and /dev say of how well a machine keeps time: read for an audit of real time only. */
#ifndef LEAKWATCH_LIMITS_REALTIME_MACHINE_H
#define LEAKWATCH_LIMITS_REALTIME_MACHINE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/known.h"
#include "machine_files.h"

struct kernel_files;

/* What /dev/cpu_dma_latency holds where nobody asks for less (include/linux/pm_qos.h, PM_QOS_CPU_LATENCY_DEFAULT_VALUE). */
enum { REALTIME_LATENCY_NONE_US = 2000000000 };

enum { CPU_LIST_SIZE = 256 };

struct realtime_machine {
    bool wanted;                        /* false: nothing of this was read */
    struct known runtime_us, period_us; /* kernel.sched_rt_*; runtime (int64_t), -1: real-time threads are never throttled */
    struct known timer_migration, nmi_watchdog, numa_balancing; /* kernel.* */
    struct known stat_interval;                                 /* vm.stat_interval, seconds */
    struct known nodes;                                         /* of memory, that are online */
    struct known defragments;                                   /* 1: khugepaged/defrag: it moves pages of its own accord */
    char isolated[CPU_LIST_SIZE];                               /* isolcpus=; "" if there are none, or it is not known */
    struct known governed;                                      /* processors whose frequency is governed */
    struct known not_fastest;                                   /* of these, those whose governor is not "performance" */
    char governor[CHOSEN_WORD_SIZE];                            /* of the first of these */
    struct known latency_us; /* the longest wake-up that somebody asks for now, of all who have /dev/cpu_dma_latency open */
    bool idles;              /* processors have states of idleness, of which the deep ones wake up slowly */
};

/* Reads some 20 small files. Nothing to release. */
void realtime_machine_read(struct kernel_files *files, struct realtime_machine *machine);

/* Version 1 of control groups: for how long of each period real-time threads of the process's group may run, in us; 0: there can be
 * none. Not known where the kernel does not divide it up. */
struct known realtime_group_runtime(struct kernel_files *files, pid_t pid);

#endif
