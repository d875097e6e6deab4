/* SPDX-License-Identifier: MIT */
#include "reachability.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "interior_pointer.h"

#define DEFERRED_MAX (1 << 20)

/* A pointer from a reachable block into the inside of one that is not known to be reachable. Most such blocks turn out to be
 * reachable otherwise, so it waits until nothing else is left to follow. */
struct deferred {
    uint32_t target, offset;
};

struct reachability {
    const struct block_table *table;
    struct interior_pointer_rules rules;
    struct flood flood;
    struct deferred *deferred;
    size_t count, capacity;
};

static int compare_deferred(const void *left, const void *right)
{
    const struct deferred *a = left, *b = right;

    if (a->target != b->target)
        return a->target < b->target ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* In order of address, so that blocks on the same page are read at once. */
static void try_deferred(struct reachability *reach)
{
    struct deferred last = {NO_BLOCK, 0};

    if (reach->count)
        qsort(reach->deferred, reach->count, sizeof *reach->deferred, compare_deferred);
    for (size_t i = 0; i < reach->count; i++) {
        struct deferred this = reach->deferred[i];
        if (compare_deferred(&this, &last) == 0 || reach->flood.marks[this.target] & MARK_REACHABLE)
            continue;
        if (interior_pointer_is_start(&reach->rules, &reach->table->blocks[this.target], this.offset))
            flood_enter(&reach->flood, this.target);
        last = this;
    }
    reach->count = 0;
}

static void defer(void *context, uint32_t target, uint32_t offset)
{
    struct reachability *reach = context;

    if (reach->flood.marks[target] & MARK_REACHABLE)
        return;
    reach->flood.marks[target] |= MARK_POSSIBLE;
    if (!interior_pointer_may_be_start(&reach->table->blocks[target], offset))
        return;
    if (reach->count == DEFERRED_MAX)
        try_deferred(reach);
    reach->deferred = xgrow(reach->deferred, &reach->capacity, reach->count + 1, sizeof *reach->deferred);
    reach->deferred[reach->count++] = (struct deferred){target, offset};
}

static void mark_reachable(struct reachability *reach)
{
    flood_enter(&reach->flood, (uint32_t)reach->flood.graph->block_count);
    do {
        flood_run(&reach->flood);
        try_deferred(reach);
    } while (reach->flood.count);
}

static void mark_possible(struct flood *flood)
{
    flood->stop = MARK_REACHABLE | MARK_POSSIBLE;
    flood->mark = MARK_POSSIBLE;
    flood->interior = NULL;
    for (size_t i = 0; i < flood->graph->block_count; i++)
        if ((flood->marks[i] & (MARK_REACHABLE | MARK_POSSIBLE)) == MARK_POSSIBLE)
            flood_enter(flood, (uint32_t)i);
    flood_run(flood);
}

void reachability_mark(const struct snapshot *snapshot, const struct block_table *table, const struct pointer_graph *graph,
                       uint8_t *marks)
{
    struct reachability reach = {
        .table = table,
        .rules = {.snapshot = snapshot},
        .flood = {.graph = graph, .marks = marks, .stop = MARK_REACHABLE, .mark = MARK_REACHABLE, .interior = defer},
    };

    reach.flood.context = &reach;
    mark_reachable(&reach);
    mark_possible(&reach.flood);
    flood_finish(&reach.flood);
    free(reach.deferred);
}
