/* SPDX-License-Identifier: MIT
 * Checks of memory that is to be there in time. */
#include <inttypes.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "rt_checks.h"

/* ---- Locks ---- */

static char *what_is_missing(const struct realtime_facts *facts)
{
    const struct realtime_locking at_start = facts->locking_at_start;

    if (at_start.current)
        return xstrdup("what is mapped in the real-time part is not locked: mlockall without MCL_FUTURE");
    if (at_start.future)
        return xstrdup("what was mapped before the real-time part is not locked: mlockall without MCL_CURRENT");
    return xstrdup("memory was not locked when the real-time part began");
}

void rt_check_locking(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    if (facts->sums.start == REALTIME_NOT_BEGUN || realtime_locking_is_complete(facts->locking_at_start))
        return;
    struct site_finding *found = rt_check_report(list, row, FINDING_ERROR, what_is_missing(facts),
                                                 xstrdup(facts->locked_later ? "mlockall came later" : "nor later"));
    site_finding_place(found, ROLE_CALL, facts->start_site);
}

/* A child has copies of all pages, and shares them until one side writes. */
void rt_check_forks(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    for (size_t i = 0; i < facts->fork_count; i++) {
        const struct realtime_fork_fact *made = &facts->forks[i];
        struct site_finding *found =
            rt_check_report(list, row, FINDING_ERROR, xstrdup("the process forked after mlockall"),
                            xasprintf("process %d: each page that either side writes to is copied first", (int)made->child));
        found->count = made->count;
        site_finding_place(found, ROLE_FORK, made->site);
    }
}

/* ---- Faults ---- */

static char *fault_text(const struct realtime_fault_fact *fault)
{
    if (fault->block == 0)
        return xasprintf("thread %d at 0x%" PRIx64 ", in %s", (int)fault->tid, fault->address, fault->place);
    return xasprintf("thread %d at 0x%" PRIx64 ", in %s, in the block at 0x%" PRIx64, (int)fault->tid, fault->address, fault->place,
                     fault->block);
}

/* One finding for each place; returns how many faults these are. */
static uint64_t report_faults(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list,
                              bool major)
{
    uint64_t count = 0;

    for (size_t i = 0; i < facts->fault_count; i++) {
        const struct realtime_fault_fact *fault = &facts->faults[i];
        if (fault->major != major)
            continue;
        struct site_finding *found = rt_check_report(
            list, row, FINDING_ERROR,
            xstrdup(major ? "a real-time thread waited for a page to be read" : "a real-time thread met a page that was not there"),
            fault_text(fault));
        found->count = fault->count;
        site_finding_place(found, ROLE_INSTRUCTION, fault->site);
        site_finding_place(found, ROLE_ALLOCATION, fault->allocation_site);
        count += fault->count;
    }
    return count;
}

/* Those of which no more is known than that they were. */
static void report_others(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list,
                          uint64_t count)
{
    const bool counted = facts->sums.by_process_files;

    if (count == 0)
        return;
    struct site_finding *found =
        rt_check_report(list, row, counted ? FINDING_WARNING : FINDING_ERROR,
                        xstrdup("real-time threads met pages that were not there, it is not known where"),
                        xstrdup(counted ? "counted by the kernel, together with those that locking itself makes"
                                        : "more at once than could be kept"));
    found->count = count;
}

void rt_check_faults(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    const uint64_t placed = report_faults(facts, row, list, false), all = facts->sums.minor_faults.value;

    report_others(facts, row, list, all > placed ? all - placed : 0);
}

void rt_check_major_faults(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    const uint64_t placed = report_faults(facts, row, list, true), all = facts->sums.major_faults.value;

    report_others(facts, row, list, all > placed ? all - placed : 0);
}

/* ---- Stacks ---- */

void rt_check_stack(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    const struct known before = facts->stack_at_start, now = facts->stack_now;

    if (!before.known || !now.known || now.value <= before.value)
        return;
    rt_check_report(list, row, FINDING_WARNING, xstrdup("the stack of the first thread grew in the real-time part"),
                    xasprintf("by %s, from %s", size_text(now.value - before.value).text, size_text(before.value).text));
}

void rt_check_thread_stacks(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    if (facts->large_stacks == 0)
        return;
    rt_check_report(
        list, row, FINDING_NOTE, xstrdup("stacks of threads are large, and locked as a whole"),
        xasprintf("%" PRIu64 " of at least 8 MiB, %s in all", facts->large_stacks, size_text(facts->large_stack_bytes).text));
}
