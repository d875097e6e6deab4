/* SPDX-License-Identifier: MIT */
#include "threshold_naming.h"

#include <inttypes.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "stack_namer.h"

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
        const struct threshold_site *site = &crossing->sites[i];
        threshold.sites[i] = (struct report_threshold_site){site->blocks, site->bytes, stack_namer_name_calls(namer, &site->stack)};
    }
    return threshold;
}

static char *numbers_of(const struct limit_warning *warning)
{
    const char *effect = limit_effect_name(warning->effect);

    if (warning->unit == LIMIT_COUNT)
        return xasprintf("%" PRIu64 " of %" PRIu64 " in use; %" PRIu64 " left, then %s", warning->at.value, warning->at.most,
                         warning->left, effect);
    return xasprintf("%s of %s in use; %s left, then %s", size_text(warning->at.value).text, size_text(warning->at.most).text,
                     size_text(warning->left).text, effect);
}

struct report_limit_warning threshold_naming_warning(const struct limit_warning *warning, struct stack_namer *namer)
{
    return (struct report_limit_warning){.name = warning->name,
                                         .where = warning->where ? xstrdup(warning->where) : NULL,
                                         .check = warning->check,
                                         .remedy = warning->remedy,
                                         .what = xasprintf("%s is nearly used up", warning->name),
                                         .numbers = numbers_of(warning),
                                         .unit = warning->unit,
                                         .effect = warning->effect,
                                         .left = warning->left,
                                         .at = threshold_naming_crossing(&warning->at, namer)};
}

static void fill_warnings(struct report_process *process, const struct threshold_record *record, struct stack_namer *namer)
{
    process->limit_warnings = xcalloc(record->warning_count, sizeof *process->limit_warnings);
    process->limit_warning_count = record->warning_count;
    for (size_t i = 0; i < record->warning_count; i++)
        process->limit_warnings[i] = threshold_naming_warning(&record->warnings[i], namer);
}

static bool is_told(const struct report_process *process, const struct limit_finding *finding)
{
    for (size_t i = 0; i < process->limit_warning_count; i++) {
        const struct report_limit_warning *warning = &process->limit_warnings[i];
        if (finding->severity <= FINDING_WARNING && strcmp(warning->check, finding->id) == 0 &&
            strcmp(warning->where ? warning->where : "", finding->subject ? finding->subject : "") == 0)
            return true;
    }
    return false;
}

/* A warning says what a check found, too, and more. */
static void drop_told(const struct report_process *process, struct finding_list *findings)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++)
        if (is_told(process, &findings->items[i]))
            finding_finish(&findings->items[i]);
        else
            findings->items[kept++] = findings->items[i];
    findings->count = kept;
}

void threshold_naming_fill(struct report_process *process, const struct process_record *record, struct stack_namer *namer)
{
    const struct threshold_record *thresholds = &record->thresholds;

    process->thresholds = xcalloc(thresholds->crossing_count, sizeof *process->thresholds);
    process->threshold_count = thresholds->crossing_count;
    process->thresholds_dropped = thresholds->dropped;
    for (size_t i = 0; i < thresholds->crossing_count; i++)
        process->thresholds[i] = threshold_naming_crossing(&thresholds->crossings[i], namer);
    fill_warnings(process, thresholds, namer);
    process->limits = limits_history_copy(&record->limits);
    drop_told(process, &process->limits.findings);
}
