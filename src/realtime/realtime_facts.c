/* SPDX-License-Identifier: MIT */
#include "realtime_facts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/xalloc.h"

void realtime_facts_finish(struct realtime_facts *facts)
{
    for (size_t i = 0; i < facts->fault_count; i++)
        free(facts->faults[i].place);
    free(facts->faults);
    free(facts->calls);
    free(facts->forks);
    *facts = (struct realtime_facts){0};
}

void realtime_facts_begin(struct realtime_facts *facts, uint32_t site)
{
    facts->start_site = site;
    facts->locking_at_start = facts->locking;
    facts->locked_later = false;
    facts->stack_at_start = (struct known){0};
}

bool realtime_facts_are_clean(const struct realtime_facts *facts)
{
    return facts->call_count == 0 && facts->fault_count == 0;
}

bool realtime_locking_is_complete(struct realtime_locking locking)
{
    return locking.current && locking.future;
}

/* A later call decides about what will be mapped, but unlocks nothing (mm/mlock.c, apply_mlockall_flags()). */
void realtime_facts_lock(struct realtime_facts *facts, uint64_t flags)
{
    facts->locking.current = flags != 0 && (facts->locking.current || flags & MCL_CURRENT);
    facts->locking.future = flags & MCL_FUTURE;
    facts->locked_later |= realtime_locking_is_complete(facts->locking);
}

void realtime_facts_call(struct realtime_facts *facts, const struct realtime_call_fact *call)
{
    for (size_t i = 0; i < facts->call_count; i++) {
        struct realtime_call_fact *known = &facts->calls[i];
        if (known->offence == call->offence && known->site == call->site && known->name == call->name) {
            known->count++;
            return;
        }
    }
    if (facts->call_count == REALTIME_FACTS_MAX) {
        facts->calls_dropped++;
        return;
    }
    facts->calls = xgrow(facts->calls, &facts->call_capacity, facts->call_count + 1, sizeof *facts->calls);
    facts->calls[facts->call_count] = *call;
    facts->calls[facts->call_count++].count = 1;
}

void realtime_facts_fault(struct realtime_facts *facts, const struct realtime_fault_fact *fault)
{
    for (size_t i = 0; i < facts->fault_count; i++) {
        struct realtime_fault_fact *known = &facts->faults[i];
        if (known->major == fault->major && known->site == fault->site && strcmp(known->place, fault->place) == 0) {
            known->count++;
            return;
        }
    }
    if (facts->fault_count == REALTIME_FACTS_MAX)
        return;
    facts->faults = xgrow(facts->faults, &facts->fault_capacity, facts->fault_count + 1, sizeof *facts->faults);
    struct realtime_fault_fact *added = &facts->faults[facts->fault_count++];
    *added = *fault;
    added->place = xstrdup(fault->place);
    added->count = 1;
}

void realtime_facts_fork(struct realtime_facts *facts, const struct realtime_fork_fact *made)
{
    for (size_t i = 0; i < facts->fork_count; i++)
        if (facts->forks[i].site == made->site) {
            facts->forks[i].count++;
            return;
        }
    if (facts->fork_count == REALTIME_FACTS_MAX)
        return;
    facts->forks = xgrow(facts->forks, &facts->fork_capacity, facts->fork_count + 1, sizeof *facts->forks);
    facts->forks[facts->fork_count] = *made;
    facts->forks[facts->fork_count++].count = 1;
}
