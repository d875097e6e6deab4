/* SPDX-License-Identifier: MIT */
#include "pointer_chains.h"

#include <string.h>

#include "big_array.h"

/* Breadth first: who comes into the queue first has the shortest chain. */
struct search {
    const struct pointer_graph *graph;
    struct pointer_chains *chains;
    uint32_t *queue; /* of blocks, and the roots in front */
    size_t count;
    bool interior; /* follow pointers into the inside of blocks as well */
};

static void enter(struct search *search, uint32_t holder, uint32_t target)
{
    struct pointer_chains *chains = search->chains;

    if (chains->before[target] != NO_BLOCK)
        return;
    chains->before[target] = holder;
    chains->lengths[target] = chains->lengths[holder] + 1;
    search->queue[search->count++] = target;
}

static void follow_row(struct search *search, uint32_t holder)
{
    const struct pointer_graph *graph = search->graph;

    for (uint64_t i = pointer_graph_row(graph, holder); i < pointer_graph_row(graph, holder + 1); i++) {
        const uint32_t edge = *pointer_graph_edge(graph, i);
        if (edge & EDGE_INTERIOR)
            i++;
        if (!(edge & EDGE_INTERIOR) || search->interior)
            enter(search, holder, edge_target(edge));
    }
}

static void run(struct search *search, bool interior)
{
    search->interior = interior;
    for (size_t i = 0; i < search->count; i++)
        follow_row(search, search->queue[i]);
}

void pointer_chains_init(struct pointer_chains *chains, const struct pointer_graph *graph)
{
    const size_t count = graph->block_count;

    *chains = (struct pointer_chains){
        .block_count = count,
        .before = big_array_create(count + 1, sizeof *chains->before),
        .lengths = big_array_create(count + 1, sizeof *chains->lengths),
    };
    memset(chains->before, 0xff, (count + 1) * sizeof *chains->before);
    struct search search = {.graph = graph, .chains = chains, .queue = big_array_create(count + 1, sizeof *search.queue)};
    search.queue[search.count++] = (uint32_t)count;
    run(&search, false);
    run(&search, true);
    big_array_destroy(search.queue, count + 1, sizeof *search.queue);
}

void pointer_chains_finish(struct pointer_chains *chains)
{
    big_array_destroy(chains->before, chains->block_count + 1, sizeof *chains->before);
    big_array_destroy(chains->lengths, chains->block_count + 1, sizeof *chains->lengths);
    *chains = (struct pointer_chains){0};
}
