/* SPDX-License-Identifier: MIT */
#include "flood.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define GROUP      32 /* rows whose memory accesses are under way at once */
#define LOOK_AHEAD 8  /* pointers of a row whose targets are fetched ahead */

void flood_enter(struct flood *flood, uint32_t block)
{
    flood->marks[block] |= flood->mark;
    if (flood->marks[block] & MARK_LEAF)
        return;
    if (flood->count == flood->capacity)
        flood->stack = xgrow(flood->stack, &flood->capacity, flood->count + 1, sizeof *flood->stack);
    flood->stack[flood->count++] = block;
}

static void follow(struct flood *flood, uint32_t target)
{
    if (flood->marks[target] & flood->stop)
        return;
    if (flood->owners)
        flood->owners[target] = flood->owner;
    flood_enter(flood, target);
}

static void prefetch_target(const struct flood *flood, uint64_t position, uint64_t end)
{
    if (position >= end)
        return;
    /* An entry may be an offset, so the addresses may be none; fetching from there does no harm. */
    uint32_t target = edge_target(*pointer_graph_edge(flood->graph, position));
    __builtin_prefetch((const void *)((uintptr_t)flood->marks + target));
    if (flood->owners)
        __builtin_prefetch((const void *)((uintptr_t)flood->owners + target * sizeof *flood->owners), 1);
}

static void visit(struct flood *flood, uint32_t block)
{
    const struct pointer_graph *graph = flood->graph;
    uint64_t end = pointer_graph_row(graph, block + 1);

    for (uint64_t i = pointer_graph_row(graph, block); i < end; i++) {
        uint32_t edge = *pointer_graph_edge(graph, i), target = edge_target(edge);
        prefetch_target(flood, i + LOOK_AHEAD, end);
        if (edge & EDGE_INTERIOR)
            i++;
        if (edge & EDGE_INTERIOR && flood->interior)
            flood->interior(flood->context, target, *pointer_graph_edge(graph, i));
        else
            follow(flood, target);
    }
}

void flood_run(struct flood *flood)
{
    const struct pointer_graph *graph = flood->graph;
    uint32_t group[GROUP];

    while (flood->count) {
        size_t size = flood->count < GROUP ? flood->count : GROUP;
        for (size_t i = 0; i < size; i++) {
            group[i] = flood->stack[--flood->count];
            __builtin_prefetch(&graph->rows[(size_t)group[i] * ROW_BYTES]);
        }
        for (size_t i = 0; i < size; i++)
            __builtin_prefetch(pointer_graph_edge(graph, pointer_graph_row(graph, group[i])));
        for (size_t i = 0; i < size; i++) {
            uint64_t row = pointer_graph_row(graph, group[i]), end = pointer_graph_row(graph, group[i] + 1);
            for (uint64_t j = row; j < end && j < row + LOOK_AHEAD; j++)
                prefetch_target(flood, j, end);
        }
        for (size_t i = 0; i < size; i++)
            visit(flood, group[i]);
    }
}

void flood_finish(struct flood *flood)
{
    free(flood->stack);
    flood->stack = NULL;
    flood->count = flood->capacity = 0;
}
