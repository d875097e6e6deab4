/* SPDX-License-Identifier: MIT */
#include "refusal_naming.h"

#include <string.h>

#include "base/xalloc.h"
#include "stack_namer.h"
#include "threshold_naming.h"

static void name_call(const struct refused_call *call, struct stack_namer *namer, struct report_refused_call *named)
{
    *named = (struct report_refused_call){
        .call = *call,
        .error = call->error == 0 ? "SIGSEGV" : strerrorname_np(call->error),
        .check = refused_call_check(call->name),
        .severity = refused_call_severity(call->name),
        .stack = stack_namer_name_calls(namer, &call->stack),
    };
    named->call.stack = (struct call_stack){0};
    for (size_t i = 0; i < call->limit_count; i++)
        named->call.limits[i].where = call->limits[i].where ? xstrdup(call->limits[i].where) : NULL;
}

static void add_calls(struct report_process *process, const struct refused_calls *calls, struct stack_namer *namer)
{
    process->refused = xcalloc(calls->count, sizeof *process->refused);
    process->refused_count = calls->count;
    process->refused_dropped = calls->dropped;
    for (size_t i = 0; i < calls->count; i++)
        name_call(&calls->items[i], namer, &process->refused[i]);
}

static void add_death(struct report_process *process, const struct oom_death *death, struct stack_namer *namer)
{
    process->oom_death = (struct report_oom_death){
        .known = death->known,
        .limit = threshold_naming_warning(&death->limit, namer),
        .peak = death->peak,
        .resident = death->resident,
        .swapped = death->swapped,
        .resident_peak = death->resident_peak,
        .leakwatch_inside = death->leakwatch_inside,
    };
}

void refusal_naming_fill(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    add_calls(process, &record->refused, namer);
    if (record->oom_death.known)
        add_death(process, &record->oom_death, namer);
}
