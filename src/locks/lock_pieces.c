/* SPDX-License-Identifier: MIT */
#include "lock_pieces.h"

#include <stdlib.h>

#include "base/xalloc.h"

static void add_piece(struct lock_pieces *pieces, const struct lock_mapping_state *mapping, const struct lock_range *range)
{
    pieces->items = xgrow(pieces->items, &pieces->capacity, pieces->count + 1, sizeof *pieces->items);
    pieces->items[pieces->count++] = (struct lock_piece){
        .start = range->start,
        .end = range->end,
        .way = range->way,
        .on_fault = mapping->on_fault,
        .accessible = mapping->accessible,
        .dumped = mapping->dumped,
        .anonymous = mapping->anonymous,
        .site = range->site,
    };
}

/* No call that was seen locked [start, end): a locked stack grows down from what was; the rest is named for what it is. */
static struct lock_range explain(const struct lock_mapping_state *mapping, uint64_t start, uint64_t end,
                                 const struct lock_range *above)
{
    struct lock_range range = {.start = start, .end = end, .way = mapping->secret ? LOCK_SECRET : LOCK_UNKNOWN};

    if (mapping->stack && above && above->start == end) {
        range.way = LOCK_GROWN;
        range.site = above->site;
    }
    return range;
}

/* [start, end) of a locked mapping, none of it leakwatch's own. Returns the bytes that the replay has, too. */
static uint64_t compare_part(const struct lock_set *replayed, const struct lock_mapping_state *mapping, uint64_t start,
                             uint64_t end, struct lock_pieces *pieces)
{
    uint64_t at = start, common = 0;

    for (size_t i = lock_set_first(replayed, start); at < end; i++) {
        const struct lock_range *next = i < replayed->count && replayed->ranges[i].start < end ? &replayed->ranges[i] : NULL;
        const uint64_t gap_end = next ? next->start : end;
        if (gap_end > at) {
            const struct lock_range gap = explain(mapping, at, gap_end, next);
            add_piece(pieces, mapping, &gap);
            at = gap_end;
        }
        if (!next)
            break;
        struct lock_range part = *next;
        part.start = at;
        part.end = next->end < end ? next->end : end;
        add_piece(pieces, mapping, &part);
        common += part.end - part.start;
        at = part.end;
    }
    return common;
}

void lock_pieces_make(const struct lock_set *replayed, const struct lock_set *own, const struct lock_mapping_state *mappings,
                      size_t count, struct lock_pieces *pieces)
{
    uint64_t common = 0, own_replayed = 0;

    *pieces = (struct lock_pieces){0};
    for (size_t i = 0; i < own->count; i++)
        own_replayed += lock_set_overlap(replayed, own->ranges[i].start, own->ranges[i].end);
    for (size_t i = 0; i < count; i++) {
        const struct lock_mapping_state *mapping = &mappings[i];
        uint64_t at = mapping->start;
        if (!mapping->locked)
            continue;
        for (size_t k = lock_set_first(own, at); k < own->count && own->ranges[k].start < mapping->end; k++) {
            common += compare_part(replayed, mapping, at, own->ranges[k].start, pieces);
            at = own->ranges[k].end;
        }
        common += compare_part(replayed, mapping, at, mapping->end, pieces);
    }
    pieces->missing = lock_set_bytes(replayed) - own_replayed - common;
}

void lock_pieces_finish(struct lock_pieces *pieces)
{
    free(pieces->items);
    *pieces = (struct lock_pieces){0};
}

uint64_t lock_pieces_bytes(const struct lock_pieces *pieces)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < pieces->count; i++)
        bytes += pieces->items[i].end - pieces->items[i].start;
    return bytes;
}

uint64_t lock_pieces_way_bytes(const struct lock_pieces *pieces, enum lock_way way)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < pieces->count; i++)
        if (pieces->items[i].way == way)
            bytes += pieces->items[i].end - pieces->items[i].start;
    return bytes;
}
