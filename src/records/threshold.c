/* SPDX-License-Identifier: MIT */
#include "threshold.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "heap/leak_scan.h"
#include "heap/snapshot.h"
#include "process_record.h"

bool thresholds_exist(const struct thresholds *thresholds)
{
    for (int kind = 0; kind < THRESHOLD_KINDS; kind++)
        if (thresholds->most[kind] != 0)
            return true;
    return false;
}

const char *threshold_name(enum threshold_kind kind)
{
    static const char *const names[THRESHOLD_KINDS] = {"live", "rss", "locked", "mappings"};

    return names[kind];
}

/* ---- Crossings ---- */

bool threshold_crosses(struct threshold_record *record, enum threshold_kind kind, uint64_t most, uint64_t value)
{
    if (most == 0)
        return false;
    if (value > most) {
        const bool crosses = !record->above[kind];
        record->above[kind] = record->ever[kind] = true;
        return crosses;
    }
    if (value < most - most / 10)
        record->above[kind] = false;
    return false;
}

bool threshold_peak_crosses(struct threshold_record *record, enum threshold_kind kind, uint64_t most, uint64_t peak)
{
    if (most == 0 || peak <= most || record->ever[kind])
        return false;
    record->ever[kind] = true;
    return true;
}

/* ---- Call sites ---- */

static struct leak_amount amount_of(const struct heap_site *site, bool at_peak)
{
    if (at_peak)
        return (struct leak_amount){site->peak_blocks, site->peak_bytes};
    /* A free may have been counted since the allocation was read. */
    if (site->given_bytes >= site->taken_bytes || site->given_blocks >= site->taken_blocks)
        return (struct leak_amount){0, 0};
    return (struct leak_amount){site->taken_blocks - site->given_blocks, site->taken_bytes - site->given_bytes};
}

struct candidate {
    size_t index;
    struct leak_amount amount;
};

/* Inserts into the largest so far, of which there are `count`; returns how many there are then. */
static size_t insert(struct candidate *largest, size_t count, struct candidate candidate)
{
    size_t at = count < THRESHOLD_SITES_MAX ? count++ : THRESHOLD_SITES_MAX - 1;

    for (; at > 0 && largest[at - 1].amount.bytes < candidate.amount.bytes; at--)
        largest[at] = largest[at - 1];
    largest[at] = candidate;
    return count;
}

void threshold_take_sites(struct threshold_crossing *crossing, const struct heap_site *sites, size_t count, bool at_peak)
{
    struct candidate largest[THRESHOLD_SITES_MAX];
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        const struct candidate candidate = {i, amount_of(&sites[i], at_peak)};
        if (candidate.amount.bytes > 0 &&
            (found < THRESHOLD_SITES_MAX || candidate.amount.bytes > largest[THRESHOLD_SITES_MAX - 1].amount.bytes))
            found = insert(largest, found, candidate);
    }
    crossing->sites = xcalloc(found, sizeof *crossing->sites);
    crossing->site_count = found;
    for (size_t i = 0; i < found; i++) {
        const struct heap_site *site = &sites[largest[i].index];
        crossing->sites[i] = (struct threshold_site){largest[i].amount.blocks, largest[i].amount.bytes,
                                                     call_stack_copy(site->frames, site->frame_count, site->generation)};
    }
}

/* ---- The record ---- */

static void finish_crossing(struct threshold_crossing *crossing)
{
    for (size_t i = 0; i < crossing->site_count; i++)
        free(crossing->sites[i].stack.frames);
    free(crossing->sites);
    crossing->sites = NULL;
    crossing->site_count = 0;
}

void threshold_record_add(struct threshold_record *record, struct threshold_crossing *crossing)
{
    if (record->crossing_count == THRESHOLD_CROSSINGS_MAX) {
        record->dropped++;
        finish_crossing(crossing);
        return;
    }
    record->crossings = xreallocarray(record->crossings, record->crossing_count + 1, sizeof *record->crossings);
    record->crossings[record->crossing_count++] = *crossing;
}

void threshold_record_warn(struct threshold_record *record, const struct limit_warning *warning)
{
    record->warnings = xreallocarray(record->warnings, record->warning_count + 1, sizeof *record->warnings);
    record->warnings[record->warning_count++] = *warning;
}

struct limit_warning limit_warning_of(const struct limit *limit)
{
    return (struct limit_warning){
        .name = limit->name,
        .where = limit->where ? xstrdup(limit->where) : NULL,
        .check = limit->check,
        .unit = limit->unit,
        .effect = limit->effect,
        .left = limit->left.value,
        .at = {.most = limit->limit.value, .value = limit->used.value},
    };
}

void limit_warning_finish(struct limit_warning *warning)
{
    free(warning->where);
    warning->where = NULL;
    finish_crossing(&warning->at);
}

void threshold_record_finish(struct threshold_record *record)
{
    for (size_t i = 0; i < record->crossing_count; i++)
        finish_crossing(&record->crossings[i]);
    free(record->crossings);
    for (size_t i = 0; i < record->warning_count; i++)
        limit_warning_finish(&record->warnings[i]);
    free(record->warnings);
    *record = (struct threshold_record){0};
}
