/* SPDX-License-Identifier: MIT
 * Checks of how well the machine keeps time: its kernel, and how it is set. */
#include <inttypes.h>
#include <string.h>

#include "base/xalloc.h"
#include "checks.h"
#include "look.h"

enum { SWAPPINESS_MAX = 10, STAT_SECONDS_MIN = 10, OVERCOMMIT_STRICT = 2 };

/* What these are made of; NULL: it was not read, or a process is looked at and not the machine. */
static const struct realtime_machine *machine_of(const struct check_input *input)
{
    const struct realtime_machine *timing = &input->now.machine->timing;

    return input->now.process || !timing->wanted ? NULL : timing;
}

void check_rt_kernel(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct known realtime = input->now.machine->realtime;

    if (!machine_of(input) || !realtime.known || realtime.value == 1)
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("the kernel is not one for real time"),
                 xstrdup("no PREEMPT_RT in kernel.version"));
}

static void check_group_runtime(const struct process_look *process, const struct check_row *row, struct finding_list *list)
{
    if (!process->group_runtime.known || process->group_runtime.value > 0)
        return;
    check_report(list, row, FINDING_WARNING, "cpu.rt_runtime_us",
                 xstrdup("the control group of the process may have no real-time threads"), xstrdup("cpu.rt_runtime_us=0"));
}

void check_rt_throttling(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (input->now.process)
        check_group_runtime(input->now.process, row, list);
    if (!timing || !timing->runtime_us.known || (int64_t)timing->runtime_us.value == -1)
        return;
    check_report(
        list, row, FINDING_WARNING, "kernel.sched_rt_runtime_us",
        xstrdup("real-time threads are stopped when they have run for too long"),
        xasprintf("at most %" PRId64 " us in each %" PRIu64 " us", (int64_t)timing->runtime_us.value, timing->period_us.value));
}

static void check_swapped_out(const struct process_look *process, const struct check_row *row, struct finding_list *list)
{
    if (process->schedules.count == 0 || process->status.swapped.value == 0)
        return;
    check_report(list, row, FINDING_WARNING, NULL, xstrdup("memory of a real-time process is swapped out"),
                 xasprintf("%" PRIu64 " KiB in swap", process->status.swapped.value / 1024));
}

void check_rt_swap(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct machine_look *machine = input->now.machine;

    if (input->now.process)
        check_swapped_out(input->now.process, row, list);
    if (!machine_of(input) || machine->swaps.count.value == 0 || machine->settings.swappiness.value <= SWAPPINESS_MAX)
        return;
    check_report(list, row, FINDING_WARNING, "vm.swappiness", xstrdup("the kernel swaps readily"),
                 xasprintf("vm.swappiness=%" PRIu64 ", %" PRIu64 " swap area%s", machine->settings.swappiness.value,
                           machine->swaps.count.value, machine->swaps.count.value == 1 ? "" : "s"));
}

void check_rt_huge_pages(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);
    const char *mode = input->now.machine->huge_page_mode;

    if (!timing || mode[0] == '\0' || strcmp(mode, "never") == 0)
        return;
    if (strcmp(mode, "always") == 0)
        check_report(list, row, FINDING_NOTE, NULL, xstrdup("the kernel makes huge pages of any memory"),
                     xstrdup("transparent_hugepage/enabled is always"));
    else if (timing->defragments.value == 1)
        check_report(list, row, FINDING_NOTE, NULL, xstrdup("khugepaged moves pages to make huge ones"),
                     xasprintf("transparent_hugepage/enabled is %s, khugepaged/defrag 1", mode));
}

void check_rt_numa(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (!timing || timing->numa_balancing.value == 0 || timing->nodes.value < 2)
        return;
    check_report(
        list, row, FINDING_NOTE, "kernel.numa_balancing", xstrdup("pages are unmapped and moved between nodes"),
        xasprintf("kernel.numa_balancing=%" PRIu64 ", %" PRIu64 " nodes", timing->numa_balancing.value, timing->nodes.value));
}

void check_rt_governor(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (!timing || timing->not_fastest.value == 0)
        return;
    check_report(list, row, FINDING_NOTE, NULL, xstrdup("processors change their frequency"),
                 xasprintf("%" PRIu64 " of %" PRIu64 " with another governor than performance, such as %s",
                           timing->not_fastest.value, timing->governed.value, timing->governor));
}

void check_rt_idle_states(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (!timing || !timing->idles || timing->latency_us.value != REALTIME_LATENCY_NONE_US)
        return;
    check_report(list, row, FINDING_NOTE, NULL, xstrdup("idle processors may sleep as deeply as they can"),
                 xstrdup("nobody asks for less in /dev/cpu_dma_latency"));
}

/* A setting of which another value is better. */
static void report_setting(const struct check_row *row, struct finding_list *list, const char *name, const char *what,
                           uint64_t value)
{
    check_report(list, row, FINDING_NOTE, name, xstrdup(what), xasprintf("%s=%" PRIu64, name, value));
}

void check_rt_timers(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (timing && timing->timer_migration.value != 0)
        report_setting(row, list, "kernel.timer_migration", "timers may move to a processor that was kept free",
                       timing->timer_migration.value);
}

void check_rt_statistics(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (timing && timing->stat_interval.known && timing->stat_interval.value < STAT_SECONDS_MIN)
        report_setting(row, list, "vm.stat_interval", "statistics interrupt each processor often", timing->stat_interval.value);
}

void check_rt_watchdog(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct realtime_machine *timing = machine_of(input);

    if (timing && timing->nmi_watchdog.value != 0)
        report_setting(row, list, "kernel.nmi_watchdog", "a watchdog interrupts each processor", timing->nmi_watchdog.value);
}

void check_rt_overcommit(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct known mode = input->now.machine->settings.overcommit_memory;

    if (machine_of(input) && mode.known && mode.value != OVERCOMMIT_STRICT)
        report_setting(row, list, "vm.overcommit_memory", "memory is promised that may not be there", mode.value);
}
