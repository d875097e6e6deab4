/* SPDX-License-Identifier: MIT */
#include "threshold_check.h"

#include "base/known.h"
#include "limits/watched.h"
#include "tracer/address_space.h"
#include "tracer/looks/observation.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"

enum { PAGE = 4096 };

/* Of each kind what there is now, and the most that there ever was. Of mappings nobody counts the peak. */
struct measures {
    struct known now[THRESHOLD_KINDS], peak[THRESHOLD_KINDS];
};

/* Bytes in RAM of what is ours in a process. */
static uint64_t own_resident(const struct session *session, struct process *process)
{
    struct ledger_contents contents;
    struct page_census census = {0};
    struct memory_maps maps;

    if (tracee_memory_maps(&process->space->memory, &maps) != 0)
        return 0;
    if (ledger_find(&session->shim, process->space, &maps, false, &contents) == 0) {
        for (size_t i = 0; i < contents.memory_count; i++)
            pagemap_count(&process->space->memory.pagemap, contents.memory[i].start & -(uint64_t)PAGE,
                          (contents.memory[i].end + PAGE - 1) & -(uint64_t)PAGE, &census);
        ledger_contents_finish(&contents);
    }
    memory_maps_finish(&maps);
    return census.present;
}

/* Only who is above the threshold with what is ours is worth the work. What is ours never shrinks: less of it
 * may have been there at the peak, which is rather told too low. */
static void measure_resident(const struct session *session, struct process *process, struct measures *measures)
{
    const struct process_status *status = &process->watched->last.status;
    const uint64_t most = session->settings->thresholds.most[THRESHOLD_RSS];
    const uint64_t highest = status->peak.value > status->resident.value ? status->peak.value : status->resident.value;
    const struct known own = known_value(most > 0 && highest > most ? own_resident(session, process) : 0);

    measures->now[THRESHOLD_RSS] = known_minus(status->resident, own);
    measures->peak[THRESHOLD_RSS] = known_minus(status->peak, own);
}

static void measure(const struct session *session, struct process *process, struct measures *measures)
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
    measure_resident(session, process, measures);
    measures->now[THRESHOLD_MAPPINGS] = watched->last.mappings;
}

void threshold_check_add_sites(const struct session *session, struct process *process, struct threshold_crossing *crossing)
{
    const bool at_peak = crossing->at_peak && crossing->kind != THRESHOLD_LOCKED;
    struct ledger_contents contents;
    struct memory_maps maps;

    if (tracee_memory_maps(&process->space->memory, &maps) != 0)
        return;
    observe_modules(session, process, &maps);
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
    measure(session, process, &measures);
    for (enum threshold_kind kind = 0; kind < THRESHOLD_KINDS; kind++) {
        const struct known now = measures.now[kind], peak = measures.peak[kind];
        if (now.known && threshold_crosses(record, kind, thresholds->most[kind], now.value))
            tell(session, process, &(struct threshold_crossing){.kind = kind, .value = now.value});
        else if (peak.known && threshold_peak_crosses(record, kind, thresholds->most[kind], peak.value))
            tell(session, process, &(struct threshold_crossing){.kind = kind, .value = peak.value, .at_peak = true});
    }
}
