/* SPDX-License-Identifier: MIT */
#include "lock_look.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/size_text.h"
#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/supervisor.h"
#include "lock_facts.h"

/* ---- The record ------------------------------------------------------------------------------------------------------------ */

static void fill_findings(const struct lock_facts *facts, struct lock_record *record)
{
    struct site_finding_list list;

    lock_checks_run(&facts->look, &list);
    record->finding_count = list.count;
    record->findings = stack_sites_findings(&facts->session->lock_sites, &list);
}

struct memory_sum {
    enum lock_way way;
    bool on_fault;
    uint32_t site;
    uint64_t bytes, ranges;
};

static void add_memory(struct memory_sum *sums, size_t *count, const struct memory_sum *part)
{
    size_t at = 0;

    while (at < *count && (sums[at].way != part->way || sums[at].on_fault != part->on_fault || sums[at].site != part->site))
        at++;
    if (at == *count)
        sums[(*count)++] = (struct memory_sum){.way = part->way, .on_fault = part->on_fault, .site = part->site};
    sums[at].bytes += part->bytes;
    sums[at].ranges++;
}

static int larger_first(const void *a, const void *b)
{
    const struct memory_sum *left = a, *right = b;

    if (left->bytes != right->bytes)
        return left->bytes < right->bytes ? 1 : -1;
    return (left->site > right->site) - (left->site < right->site);
}

/* By call site: what the kernel has if it could be asked, else what the calls make of it. */
static void fill_memory(const struct lock_facts *facts, struct lock_record *record)
{
    const struct lock_set *set = &facts->process->space->locks.locked;
    const struct lock_pieces *pieces = facts->look.pieces;
    const size_t parts = pieces ? pieces->count : set->count;
    struct memory_sum *sums = xcalloc(parts, sizeof *sums);
    size_t count = 0;

    for (size_t i = 0; pieces && i < parts; i++) {
        const struct lock_piece *piece = &pieces->items[i];
        add_memory(sums, &count, &(struct memory_sum){piece->way, piece->on_fault, piece->site, piece->end - piece->start, 1});
    }
    for (size_t i = 0; !pieces && i < parts; i++) {
        const struct lock_range *range = &set->ranges[i];
        add_memory(sums, &count, &(struct memory_sum){range->way, range->on_fault, range->site, range->end - range->start, 1});
    }
    if (count > 1)
        qsort(sums, count, sizeof *sums, larger_first);
    record->memory = xcalloc(count, sizeof *record->memory);
    for (size_t i = 0; i < count; i++) {
        record->sums.bytes += sums[i].bytes;
        record->sums.on_fault_bytes += sums[i].on_fault ? sums[i].bytes : 0;
        record->memory[record->memory_count++] =
            (struct locked_memory){sums[i].way, sums[i].on_fault, sums[i].bytes, sums[i].ranges,
                                   stack_sites_copy(&facts->session->lock_sites, sums[i].site)};
    }
    free(sums);
}

static void fill_segments(const struct lock_facts *facts, struct lock_record *record)
{
    record->segments = xcalloc(facts->segment_count, sizeof *record->segments);
    for (size_t i = 0; i < facts->segment_count; i++) {
        const struct lock_segment *segment = &facts->segments[i];
        record->segments[record->segment_count++] =
            (struct locked_segment){segment->id, segment->bytes, stack_sites_copy(&facts->session->lock_sites, segment->site)};
    }
}

static void fill_absent(const struct lock_facts *facts, struct lock_record *record)
{
    uint64_t absent = 0;

    for (size_t i = 0; i < facts->pieces.count; i++)
        absent += facts->pieces.items[i].absent;
    if (facts->look.absent_known)
        record->sums.absent_bytes = known_value(absent);
}

static void fill_record(const struct lock_facts *facts, struct lock_record *record)
{
    const struct lock_replay *replay = &facts->process->space->locks;

    record->sums.used = true;
    record->sums.calls = replay->calls;
    record->sums.failures = replay->failures;
    record->sums.peak_bytes = replay->peak_bytes;
    record->sums.kernel_bytes = facts->kernel.status.locked;
    record->sums.own_bytes = facts->own_bytes;
    record->sums.limit = facts->look.limit;
    record->sums.privileged = facts->look.privileged;
    record->sums.future = replay->future;
    fill_memory(facts, record);
    fill_absent(facts, record);
    fill_segments(facts, record);
    fill_findings(facts, record);
}

/* What was seen and what the kernel says should be the same; where it is not, the reader is told. */
static void tell_differences(const struct lock_facts *facts, struct process_record *record)
{
    const struct lock_pieces *pieces = facts->look.pieces;
    const struct lock_replay *replay = &facts->process->space->locks;

    if (!pieces) {
        process_record_reason(record, "what the kernel has locked could not be read: locked memory is as the calls make it");
        return;
    }
    const uint64_t unknown = lock_pieces_way_bytes(pieces, LOCK_UNKNOWN), all = lock_pieces_bytes(pieces) + facts->own_bytes;
    if (unknown > 0 && !facts->look.death)
        process_record_reason(record, "the kernel has %s locked that no call was seen to lock", size_text(unknown).text);
    if (pieces->missing > 0)
        process_record_reason(record, "calls were seen that locked %s which the kernel does not have locked",
                              size_text(pieces->missing).text);
    if (record->locks.sums.kernel_bytes.known && record->locks.sums.kernel_bytes.value != all)
        process_record_reason(record, "the kernel counts %s locked (VmLck), its mappings make %s",
                              size_text(record->locks.sums.kernel_bytes.value).text, size_text(all).text);
    if (replay->events_dropped > 0)
        process_record_reason(record, "%" PRIu64 " further events of locked memory were not kept", replay->events_dropped);
}

/* Begins the record; returns whether there is more to say. */
static bool begin_record(const struct session *session, struct process *process)
{
    struct lock_record *record = &process->record.locks;

    lock_record_finish(record);
    record->sums.tracked = !process->attached;
    return record->sums.tracked && !process_borrows_memory(process) && lock_facts_exist(session, process);
}

static void complete_record(struct lock_facts *facts)
{
    fill_record(facts, &facts->process->record.locks);
    tell_differences(facts, &facts->process->record);
    lock_facts_finish(facts);
}

void lock_look_record(struct session *session, struct process *process, const struct ledger_contents *contents)
{
    struct lock_facts facts = {
        .session = session, .process = process, .contents = contents, .look = {.replay = &process->space->locks}};

    if (!begin_record(session, process))
        return;
    lock_facts_collect(&facts);
    complete_record(&facts);
}

void lock_look_record_gone(struct session *session, struct process *process)
{
    struct lock_facts facts = {
        .session = session, .process = process, .files = {.root = -1}, .look = {.replay = &process->space->locks}};

    if (begin_record(session, process))
        complete_record(&facts);
}
