/* SPDX-License-Identifier: MIT */
#include "classify.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define EPOCHS      512 /* heap_block.epoch has 9 bits */
#define LOOK_AHEAD  16  /* pointers whose targets are fetched ahead */
#define MARKS_KNOWN (MARK_REACHABLE | MARK_POSSIBLE | MARK_DEFINITE | MARK_INDIRECT)

static void mark_pointed_to(const struct pointer_graph *graph, uint8_t *marks)
{
    const uint64_t all = pointer_graph_row(graph, graph->block_count);

    for (size_t holder = 0; holder < graph->block_count; holder++) {
        if (marks[holder] & (MARKS_KNOWN | MARK_LEAF))
            continue;
        const uint64_t end = pointer_graph_row(graph, holder + 1);
        for (uint64_t i = pointer_graph_row(graph, holder); i < end; i++) {
            if (i + LOOK_AHEAD < all) /* an offset gives no address, but fetching from there does no harm */
                __builtin_prefetch((const void *)((uintptr_t)marks + edge_target(*pointer_graph_edge(graph, i + LOOK_AHEAD))), 1);
            uint32_t edge = *pointer_graph_edge(graph, i);
            marks[edge_target(edge)] |= MARK_POINTED_TO;
            if (edge & EDGE_INTERIOR)
                i++;
        }
    }
}

/* Makes the block definite and all below it, as far as it belongs to nobody yet, indirect. */
static void claim(struct flood *flood, uint32_t root)
{
    flood->owner = root;
    flood_enter(flood, root);
    flood->marks[root] ^= MARK_INDIRECT | MARK_DEFINITE;
    flood_run(flood);
}

static void claim_from_single_blocks(struct flood *flood)
{
    for (size_t i = 0; i < flood->graph->block_count; i++)
        if (!(flood->marks[i] & (MARKS_KNOWN | MARK_POINTED_TO)))
            claim(flood, (uint32_t)i);
}

/* The blocks that belong to nobody yet, by epoch, then by address. The caller frees the array. */
static uint32_t *list_by_age(const struct block_table *table, const uint8_t *marks, size_t *count)
{
    size_t begin[EPOCHS + 1] = {0};

    for (size_t i = 0; i < table->count; i++)
        if (!(marks[i] & MARKS_KNOWN))
            begin[table->blocks[i].epoch + 1]++;
    for (size_t epoch = 0; epoch < EPOCHS; epoch++)
        begin[epoch + 1] += begin[epoch];
    *count = begin[EPOCHS];
    uint32_t *list = xreallocarray(NULL, *count, sizeof *list);
    for (size_t i = 0; i < table->count; i++)
        if (!(marks[i] & MARKS_KNOWN))
            list[begin[table->blocks[i].epoch]++] = (uint32_t)i;
    return list;
}

/* Keeps of the list a few blocks from which all others can be reached: those that no earlier one reached. */
static size_t keep_leaders(const struct flood *claims, uint32_t *list, size_t count)
{
    struct flood flood = {.graph = claims->graph, .marks = claims->marks, .stop = MARKS_KNOWN | MARK_TRIED, .mark = MARK_TRIED};
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (flood.marks[list[i]] & MARK_TRIED)
            continue;
        list[kept++] = list[i];
        flood_enter(&flood, list[i]);
        flood_run(&flood);
    }
    flood_finish(&flood);
    return kept;
}

/* What is left is rings and what hangs below them. To tell the rings into which nothing leads takes no search for components:
 *
 * Of such a ring the oldest block becomes a leader, since nothing outside can have reached it before, and it reaches all others of
 * the ring, so they do not. Any other leader L can be reached from some such ring, whose leader must have come after L, or L would
 * have been reached before its turn. So if the leaders claim what they reach, last one first, the rings' leaders find themselves
 * unclaimed when their turn comes, and all others have been claimed. */
static void claim_from_rings(const struct block_table *table, struct flood *flood)
{
    size_t count;
    uint32_t *leaders = list_by_age(table, flood->marks, &count);

    count = keep_leaders(flood, leaders, count);
    while (count-- > 0)
        if (!(flood->marks[leaders[count]] & MARKS_KNOWN))
            claim(flood, leaders[count]);
    free(leaders);
}

void classify_lost(const struct block_table *table, const struct pointer_graph *graph, uint8_t *marks, uint32_t *owners)
{
    struct flood flood = {.graph = graph, .marks = marks, .stop = MARKS_KNOWN, .mark = MARK_INDIRECT, .owners = owners};

    mark_pointed_to(graph, marks);
    claim_from_single_blocks(&flood);
    claim_from_rings(table, &flood);
    flood_finish(&flood);
}
