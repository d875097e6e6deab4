/* SPDX-License-Identifier: MIT
 * How processes are scheduled. */
#include <linux/ioprio.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <sys/resource.h>
#include <time.h>

#include "trace_program.h"

static void attributes(void)
{
    struct sched_attr attr = {.size = sizeof attr, .sched_policy = SCHED_NORMAL, .sched_flags = 1, .sched_nice = 3};

    CALL(sched_getattr, 0, &attr, sizeof attr, 0);
    CALL(sched_getattr, 0, &attr, 48, 0);
    CALL(sched_getattr, 0, &attr, 8, 0);
    CALL(sched_getattr, 0, NULL, 48, 1);
    attr.size = sizeof attr;
    CALL(sched_setattr, 0, &attr, 0);
    attr.sched_policy = SCHED_DEADLINE;
    attr.sched_flags = 0x60;
    attr.sched_runtime = 5;
    attr.sched_util_min = 7;
    CALL(sched_setattr, -1, &attr, 0);
    attr.size = 48;
    CALL(sched_setattr, 12345678, &attr, 1);
    attr.sched_policy = SCHED_FIFO;
    attr.sched_priority = 200;
    CALL(sched_setattr, 0, &attr, 0);
    attr.size = 0;
    attr.sched_policy = 99;
    attr.sched_flags = 0x100;
    CALL(sched_setattr, 0, &attr, 0);
    attr.size = 8;
    CALL(sched_setattr, 0, &attr, 0);
    CALL(sched_setattr, 0, NULL, 0);
    CALL(sched_setattr, 0, NOWHERE, 0);
}

int main(void)
{
    unsigned long cpus[128] = {0};
    struct timespec interval;
    int priority = 0;
    unsigned cpu, node;

    CALL(sched_getaffinity, 0, sizeof cpus, cpus);
    CALL(sched_getaffinity, 0, 8, cpus);
    CALL(sched_setaffinity, 0, 8, cpus);
    CALL(sched_getaffinity, 0, 3, cpus);
    CALL(sched_getaffinity, 12345678, 8, cpus);
    cpus[0] = 0;
    CALL(sched_setaffinity, 0, 8, cpus);
    cpus[0] = 0x8000000000000005;
    CALL(sched_setaffinity, 12345678, 16, cpus);
    CALL(sched_setaffinity, 0, 8, NULL);
    CALL(sched_setaffinity, 0, 8, NOWHERE);
    CALL(sched_setaffinity, 12345678, 0, cpus);
    CALL(sched_getparam, 0, &priority);
    CALL(sched_getparam, 0, NULL);
    CALL(sched_setparam, 0, &priority);
    priority = 77;
    CALL(sched_setparam, 0, &priority);
    CALL(sched_setscheduler, 0, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
    CALL(sched_setscheduler, 0, 99, NULL);
    CALL(sched_getscheduler, 0);
    CALL(sched_getscheduler, 12345678);
    CALL(sched_get_priority_max, SCHED_RR);
    CALL(sched_get_priority_min, 77);
    CALL(sched_rr_get_interval, 0, &interval);
    CALL(sched_rr_get_interval, 12345678, &interval);
    CALL(sched_yield);
    CALL(getpriority, PRIO_PROCESS, 0);
    CALL(getpriority, PRIO_USER, -1);
    CALL(setpriority, PRIO_PGRP, 0, 5);
    CALL(setpriority, 9, 0, -5);
    CALL(getcpu, NULL, NULL, NULL);
    CALL(getcpu, NOWHERE, &node, &cpu);
    CALL(ioprio_get, 1, 0);
    CALL(ioprio_get, 5, 0);
    CALL(ioprio_set, 1, 0, IOPRIO_PRIO_VALUE(2, 4));
    CALL(ioprio_set, 2, 12345678, IOPRIO_PRIO_VALUE(5, 4));
    attributes();
    return 0;
}
