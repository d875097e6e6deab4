/* SPDX-License-Identifier: MIT
 * Checks of a process that is to keep time: its threads, its limits, its memory. */
#include <inttypes.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "checks.h"
#include "cpu_list.h"
#include "look.h"

enum { PRIORITY_MAX = 99 };

/* ---- Threads ---- */

static const struct thread_schedules *schedules_of(const struct check_input *input)
{
    return input->now.process && input->now.process->schedules.known ? &input->now.process->schedules : NULL;
}

static bool have_priority(const struct thread_schedules *schedules, uint64_t policy, uint64_t priority)
{
    for (size_t i = 0; i < schedules->count; i++)
        if (schedules->items[i].policy.value == policy && schedules->items[i].priority.value == priority)
            return true;
    return false;
}

/* "thread 12 (name)" */
static char *thread_text(const struct thread_schedule *thread)
{
    return xasprintf("thread %d%s%s%s", (int)thread->tid, thread->name[0] ? " (" : "", thread->name, thread->name[0] ? ")" : "");
}

static void check_thread_policy(const struct thread_schedules *schedules, const struct thread_schedule *thread,
                                const struct check_row *row, struct finding_list *list)
{
    const uint64_t priority = thread->priority.value;
    char *subject = thread_text(thread);

    if (priority == PRIORITY_MAX)
        check_report(list, row, FINDING_NOTE, subject, xasprintf("%s is as urgent as the kernel's own threads", subject),
                     xasprintf("%s, priority %d", thread_schedule_policy_name(thread->policy.value), PRIORITY_MAX));
    else if (thread->policy.value == SCHED_RR && have_priority(schedules, SCHED_FIFO, priority))
        check_report(list, row, FINDING_NOTE, subject, xasprintf("%s takes turns with a thread that does not", subject),
                     xasprintf("SCHED_RR and SCHED_FIFO at priority %" PRIu64, priority));
    else if (thread->reset_on_fork.value == 1)
        check_report(list, row, FINDING_NOTE, subject, xasprintf("what %s makes has no real-time policy", subject),
                     xstrdup("SCHED_RESET_ON_FORK"));
    free(subject);
}

void check_rt_policy(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct thread_schedules *schedules = schedules_of(input);

    if (schedules && schedules->count == 0)
        check_report(list, row, FINDING_NOTE, NULL, xstrdup("the process has no real-time thread"),
                     xstrdup("no thread of SCHED_FIFO, SCHED_RR or SCHED_DEADLINE"));
    for (size_t i = 0; schedules && i < schedules->count; i++)
        check_thread_policy(schedules, &schedules->items[i], row, list);
}

static void check_thread_affinity(const struct thread_schedule *thread, const char *isolated, const struct check_row *row,
                                  struct finding_list *list)
{
    const struct known cpus = cpu_list_count(thread->cpus);
    char *subject = thread_text(thread);

    if (cpus.value > 1)
        check_report(list, row, FINDING_NOTE, subject, xasprintf("%s may be moved between processors", subject),
                     xasprintf("processors %s", thread->cpus));
    else if (cpus.value == 1 && isolated[0] != '\0' && !cpu_list_covers(isolated, thread->cpus))
        check_report(list, row, FINDING_NOTE, subject, xasprintf("%s runs where other work does", subject),
                     xasprintf("processor %s; set apart are %s", thread->cpus, isolated));
    free(subject);
}

void check_rt_affinity(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct thread_schedules *schedules = schedules_of(input);

    for (size_t i = 0; schedules && i < schedules->count; i++)
        check_thread_affinity(&schedules->items[i], input->now.machine->timing.isolated, row, list);
}

/* ---- Limits ---- */

void check_rt_limits(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process;

    if (!process)
        return;
    const struct resource_limits *limits = &process->limits;
    if (limits->realtime_priority.known && limits->realtime_priority.value == 0 && !process_look_capable(process, CAP_SYS_NICE))
        check_report(list, row, FINDING_WARNING, "RLIMIT_RTPRIO", xstrdup("the process may have no real-time threads"),
                     xstrdup("RLIMIT_RTPRIO 0, no CAP_SYS_NICE"));
    if (known_limits(limits->locked) && !process_look_capable(process, CAP_IPC_LOCK))
        check_report(list, row, FINDING_WARNING, "RLIMIT_MEMLOCK", xstrdup("the process may not lock all of its memory"),
                     xasprintf("RLIMIT_MEMLOCK %s, no CAP_IPC_LOCK", size_text(limits->locked.value).text));
    if (known_limits(limits->realtime_us))
        check_report(list, row, FINDING_WARNING, "RLIMIT_RTTIME",
                     xstrdup("a real-time thread that does not sleep for so long is killed"),
                     xasprintf("RLIMIT_RTTIME %" PRIu64 " us", limits->realtime_us.value));
}

/* ---- Memory ---- */

/* Mappings of the kernel's own ("[vdso]") and of devices cannot be locked, and need not be. */
static bool can_be_locked(const struct memory_map *map)
{
    const bool accessible = map->readable || map->writable || map->executable;

    return accessible && strncmp(map->path, "[v", 2) != 0 && strncmp(map->path, "/dev/", 5) != 0;
}

static uint64_t unlocked_bytes(const struct process_pages *pages)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < pages->maps.count; i++)
        if (!pages->mappings[i].locked && can_be_locked(&pages->maps.maps[i]))
            bytes += pages->maps.maps[i].end - pages->maps.maps[i].start;
    return bytes;
}

/* In a run the calls that lock memory are known, and judged by src/realtime. */
void check_rt_locked(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process;

    if (!process || input->settings.watched || process->schedules.count == 0 || !process->status.locked.known)
        return;
    if (process->status.locked.value == 0) {
        check_report(list, row, FINDING_ERROR, NULL, xstrdup("the memory of a real-time process is not locked"),
                     xstrdup("VmLck 0"));
        return;
    }
    const uint64_t unlocked = unlocked_bytes(&process->each);
    if (unlocked > 0)
        check_report(list, row, FINDING_WARNING, NULL, xstrdup("not all memory of a real-time process is locked"),
                     xasprintf("%s of mappings not locked", size_text(unlocked).text));
}

void check_rt_merging(const struct check_input *input, const struct check_row *row, struct finding_list *list)
{
    const struct process_look *process = input->now.process;
    uint64_t bytes = 0;

    if (!process || process->schedules.count == 0)
        return;
    for (size_t i = 0; i < process->each.maps.count; i++)
        if (process->each.mappings[i].mergeable)
            bytes += process->each.maps.maps[i].end - process->each.maps.maps[i].start;
    if (bytes > 0)
        check_report(list, row, FINDING_WARNING, NULL, xstrdup("memory of a real-time process may be merged"),
                     xasprintf("%s of mappings mergeable", size_text(bytes).text));
}
