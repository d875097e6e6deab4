/* SPDX-License-Identifier: MIT */
#include "threshold_check.h"

#include "address_space.h"
#include "known.h"
#include "ledger_finder.h"
#include "limits/watched.h"
#include "observation.h"
#include "supervisor.h"

/* Of each kind what there is now, and the most that there ever was. Of mappings nobody counts the peak. */
struct measures {
    struct known now[THRESHOLD_KINDS], peak[THRESHOLD_KINDS];
};

static void measure(const struct process *process, struct measures *measures)
{
    const struct address_space *space = process->space;
    const struct watched *watched = process->watched;

    *measures = (struct measures){0};
    if (!watched)
        return;
    measures->now[THRESHOLD_LIVE] = watched->live;
    /* A fork copies the peak of the process that it was made by. */
    if (watched->live.known && !space->copied)
        measures->peak[THRESHOLD_LIVE] = known_value(space->sample.peak_bytes);
    measures->now[THRESHOLD_LOCKED] = watched->locked.known ? watched->locked : watched->last.status.locked;
    if (watched->locked.known)
        measures->peak[THRESHOLD_LOCKED] = known_value(space->locks.peak_bytes);
    measures->now[THRESHOLD_RSS] = watched->last.status.resident;
    measures->peak[THRESHOLD_RSS] = watched->last.status.peak;
    measures->now[THRESHOLD_MAPPINGS] = watched->last.mappings;
}

void threshold_check_add_sites(const struct session *session, struct process *process, struct threshold_crossing *crossing)
{
    const bool at_peak = crossing->at_peak && crossing->kind != THRESHOLD_LOCKED;
    struct ledger_contents contents;
    struct memory_maps maps;

    if (tracee_memory_maps(&process->space->memory, &maps) != 0)
        return;
    observe_modules(process, &maps);
    if (ledger_find(&session->shim, process->space, &maps, false, &contents) == 0) {
        threshold_take_sites(crossing, contents.sites, contents.site_count, at_peak);
        ledger_contents_finish(&contents);
    }
    memory_maps_finish(&maps);
}

static void tell(const struct session *session, struct process *process, struct threshold_crossing *crossing)
{
    const struct session_events *events = &session->settings->events;

    crossing->most = session->settings->thresholds.most[crossing->kind];
    crossing->at_ns = session_time_ns(session);
    threshold_check_add_sites(session, process, crossing);
    if (events->threshold_crossed)
        events->threshold_crossed(events->context, &process->record, crossing);
    threshold_record_add(&process->record.thresholds, crossing);
}

void threshold_check(struct session *session, struct process *process)
{
    const struct thresholds *thresholds = &session->settings->thresholds;
    struct threshold_record *record = &process->record.thresholds;
    struct measures measures;

    if (!thresholds_exist(thresholds))
        return;
    measure(process, &measures);
    for (enum threshold_kind kind = 0; kind < THRESHOLD_KINDS; kind++) {
        const struct known now = measures.now[kind], peak = measures.peak[kind];
        if (now.known && threshold_crosses(record, kind, thresholds->most[kind], now.value))
            tell(session, process, &(struct threshold_crossing){.kind = kind, .value = now.value});
        else if (peak.known && threshold_peak_crosses(record, kind, thresholds->most[kind], peak.value))
            tell(session, process, &(struct threshold_crossing){.kind = kind, .value = peak.value, .at_peak = true});
    }
}
