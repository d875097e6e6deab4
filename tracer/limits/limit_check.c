/* SPDX-License-Identifier: MIT */
#include "limit_check.h"

#include <string.h>

#include "base/xalloc.h"
#include "limits/checks.h"
#include "limits/near_limit.h"
#include "limits/watched.h"
#include "tracer/supervisor.h"
#include "threshold_check.h"

static bool was_told(const struct threshold_record *record, const struct limit *limit)
{
    for (size_t i = 0; i < record->warning_count; i++) {
        const struct limit_warning *warning = &record->warnings[i];
        if (strcmp(warning->name, limit->name) == 0 &&
            strcmp(warning->where ? warning->where : "", limit->where ? limit->where : "") == 0)
            return true;
    }
    return false;
}

static void tell(const struct session *session, struct process *process, const struct limit *limit)
{
    const struct session_events *events = &session->settings->events;
    struct threshold_record *record = &process->record.thresholds;
    const struct check_row *check = check_find(limit->check);
    struct limit_warning warning = limit_warning_of(limit);

    warning.remedy = check ? check->remedy : "";
    warning.at.at_ns = session_time_ns(session);
    threshold_check_add_sites(session, process, &warning.at);
    if (events->limit_is_near)
        events->limit_is_near(events->context, &process->record, &warning);
    threshold_record_warn(record, &warning);
}

void limit_check(struct session *session, struct process *process)
{
    const unsigned percent = session->settings->warn_percent;
    const struct watched *watched = process->watched;
    const struct limit *near[GROWTHS];

    if (percent == 0 || !watched)
        return;
    const size_t count = near_limits_find(&watched->latest, percent, watched->last.status.resident, near);
    for (size_t i = 0; i < count; i++)
        if (!was_told(&process->record.thresholds, near[i]))
            tell(session, process, near[i]);
}
