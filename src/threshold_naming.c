/* SPDX-License-Identifier: MIT */
#include "threshold_naming.h"

#include "stack_namer.h"
#include "xalloc.h"

struct report_threshold threshold_naming_crossing(const struct threshold_crossing *crossing, struct stack_namer *namer)
{
    struct report_threshold threshold = {.kind = crossing->kind,
                                         .most = crossing->most,
                                         .value = crossing->value,
                                         .at_ns = crossing->at_ns,
                                         .at_peak = crossing->at_peak,
                                         .site_count = crossing->site_count};

    threshold.sites = xcalloc(crossing->site_count, sizeof *threshold.sites);
    for (size_t i = 0; i < crossing->site_count; i++) {
        const struct call_stack *stack = &crossing->sites[i].stack;
        threshold.sites[i] =
            (struct report_threshold_site){crossing->sites[i].blocks, crossing->sites[i].bytes,
                                           stack_namer_name(namer, stack->frames, stack->frame_count, stack->generation)};
    }
    return threshold;
}

struct report_limit_warning threshold_naming_warning(const struct limit_warning *warning, struct stack_namer *namer)
{
    return (struct report_limit_warning){.name = warning->name,
                                         .where = warning->where ? xstrdup(warning->where) : NULL,
                                         .unit = warning->unit,
                                         .effect = warning->effect,
                                         .left = warning->left,
                                         .at = threshold_naming_crossing(&warning->at, namer)};
}

void threshold_naming_fill(struct report_process *process, const struct threshold_record *record, struct stack_namer *namer)
{
    process->thresholds = xcalloc(record->crossing_count, sizeof *process->thresholds);
    process->threshold_count = record->crossing_count;
    process->thresholds_dropped = record->dropped;
    for (size_t i = 0; i < record->crossing_count; i++)
        process->thresholds[i] = threshold_naming_crossing(&record->crossings[i], namer);
    process->limit_warnings = xcalloc(record->warning_count, sizeof *process->limit_warnings);
    process->limit_warning_count = record->warning_count;
    for (size_t i = 0; i < record->warning_count; i++)
        process->limit_warnings[i] = threshold_naming_warning(&record->warnings[i], namer);
}
