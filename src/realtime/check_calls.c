/* SPDX-License-Identifier: MIT
 * Checks of the system calls that real-time threads make. */
#include "base/xalloc.h"
#include "rt_checks.h"

/* One finding, a warning, for each place that calls of this kind came from. `what`: what such a call does. */
static void report_calls(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list,
                         enum realtime_offence offence, const char *what)
{
    for (size_t i = 0; i < facts->call_count; i++) {
        const struct realtime_call_fact *call = &facts->calls[i];
        if (call->offence != offence)
            continue;
        struct site_finding *found =
            rt_check_report(list, row, FINDING_WARNING, xasprintf("a real-time thread %s (%s)", what, call->name),
                            xasprintf("thread %d%s%s", (int)call->tid, call->detail ? ": " : "", call->detail ? call->detail : ""));
        found->count = call->count;
        site_finding_place(found, ROLE_CALL, call->site);
    }
}

void rt_check_memory_calls(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    report_calls(facts, row, list, OFFENCE_MEMORY, "changed the address space");
}

void rt_check_trims(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    report_calls(facts, row, list, OFFENCE_TRIM, "gave memory of the heap back");
}

void rt_check_sleeps(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    report_calls(facts, row, list, OFFENCE_SLEEP, "slept");
}

void rt_check_locks(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    report_calls(facts, row, list, OFFENCE_LOCK, "waited for a lock without priority inheritance");
}

void rt_check_files(const struct realtime_facts *facts, const struct rt_check_row *row, struct site_finding_list *list)
{
    report_calls(facts, row, list, OFFENCE_FILE, "used a file");
}
