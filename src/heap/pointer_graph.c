/* SPDX-License-Identifier: MIT */
#include "pointer_graph.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "big_array.h"

#define BATCH 256

struct candidate { /* a word that may be a pointer */
    uint64_t word;
    uint32_t holder;
    bool starts_only;
};

struct pointer_collector {
    const struct block_index *index;
    struct pointer_graph graph;
    uint64_t edge_count;
    size_t chunk_capacity;
    size_t open_rows;     /* rows whose beginning is known; the last of them is being written */
    uint32_t last_target; /* of the row, so that a run of equal pointers takes one entry; NO_BLOCK after an interior one */
    size_t pending;
    struct candidate batch[BATCH];
    const struct index_line *lines[BATCH];
    uint32_t numbers[BATCH];
    bool exact[BATCH]; /* the word is the block's address */
};

struct pointer_collector *pointer_collector_create(const struct block_index *index)
{
    struct pointer_collector *collector = xcalloc(1, sizeof *collector);

    collector->index = index;
    collector->graph.block_count = index->table->count;
    collector->graph.rows = big_array_create(pointer_graph_rows_size(index->table->count), 1);
    return collector;
}

static void open_row(struct pointer_collector *collector, size_t holder)
{
    while (collector->open_rows <= holder) {
        memcpy(&collector->graph.rows[collector->open_rows++ * ROW_BYTES], &collector->edge_count, ROW_BYTES);
        collector->last_target = NO_BLOCK;
    }
}

static void add_chunk(struct pointer_collector *collector)
{
    struct pointer_graph *graph = &collector->graph;

    graph->chunks = xgrow(graph->chunks, &collector->chunk_capacity, graph->chunk_count + 1, sizeof *graph->chunks);
    graph->chunks[graph->chunk_count++] = big_array_create(EDGE_CHUNK, sizeof **graph->chunks);
}

static void append(struct pointer_collector *collector, uint32_t entry)
{
    uint64_t position = collector->edge_count++;

    if (position >> EDGE_CHUNK_SHIFT == collector->graph.chunk_count)
        add_chunk(collector);
    collector->graph.chunks[position >> EDGE_CHUNK_SHIFT][position & (EDGE_CHUNK - 1)] = entry;
}

static void add_edge(struct pointer_collector *collector, uint32_t holder, uint32_t target, uint64_t offset)
{
    if (target == holder)
        return;
    open_row(collector, holder);
    if (offset == 0 && target == collector->last_target)
        return;
    append(collector, offset ? target | EDGE_INTERIOR : target);
    if (offset)
        append(collector, offset < UINT32_MAX ? (uint32_t)offset : UINT32_MAX);
    collector->last_target = offset ? NO_BLOCK : target;
}

static void add_inexact(struct pointer_collector *collector, const struct candidate *candidate, uint32_t number)
{
    const struct block_index *index = collector->index;

    if (!block_holds(index->table, number, candidate->word))
        return;
    uint64_t offset = block_pointer_offset(index->table, number, candidate->word);
    if (offset == 0 || !candidate->starts_only)
        add_edge(collector, candidate->holder, number, offset);
}

static void look_up_pending(struct pointer_collector *collector)
{
    const struct block_index *index = collector->index;

    for (size_t i = 0; i < collector->pending; i++) {
        collector->lines[i] = block_index_line(index, collector->batch[i].word);
        __builtin_prefetch(collector->lines[i]);
    }
    for (size_t i = 0; i < collector->pending; i++) {
        uint64_t word = collector->batch[i].word;
        const struct index_line *line = collector->lines[i];
        uint32_t number = line ? block_index_last_start(index, line, word) : block_index_last_spanning(index, word);
        collector->numbers[i] = number;
        collector->exact[i] = line && block_index_is_start(index, line, word);
        if (!collector->exact[i] && number != NO_BLOCK)
            __builtin_prefetch(&index->table->blocks[number]);
    }
    for (size_t i = 0; i < collector->pending; i++) {
        if (collector->exact[i])
            add_edge(collector, collector->batch[i].holder, collector->numbers[i], 0);
        else if (collector->numbers[i] != NO_BLOCK)
            add_inexact(collector, &collector->batch[i], collector->numbers[i]);
    }
    collector->pending = 0;
}

static inline void add_words(struct pointer_collector *collector, uint32_t holder, const uint64_t *words, size_t count,
                             bool starts_only)
{
    const uint64_t low = collector->index->low, span = collector->index->span;

    for (size_t i = 0; i < count; i++) {
        if (words[i] - low >= span)
            continue;
        collector->batch[collector->pending++] = (struct candidate){words[i], holder, starts_only};
        if (collector->pending == BATCH)
            look_up_pending(collector);
    }
}

void pointer_collector_add(struct pointer_collector *collector, uint32_t holder, const uint64_t *words, size_t count)
{
    add_words(collector, holder, words, count, false);
}

void pointer_collector_add_starts(struct pointer_collector *collector, const uint64_t *words, size_t count)
{
    add_words(collector, (uint32_t)collector->graph.block_count, words, count, true);
}

void pointer_collector_add_root(struct pointer_collector *collector, uint32_t block)
{
    look_up_pending(collector); /* rows are written in order */
    add_edge(collector, (uint32_t)collector->graph.block_count, block, 0);
}

void pointer_collector_finish(struct pointer_collector *collector, struct pointer_graph *graph)
{
    look_up_pending(collector);
    open_row(collector, collector->graph.block_count + 1);
    *graph = collector->graph;
    free(collector);
}

void pointer_graph_finish(struct pointer_graph *graph)
{
    big_array_destroy(graph->rows, pointer_graph_rows_size(graph->block_count), 1);
    for (size_t i = 0; i < graph->chunk_count; i++)
        big_array_destroy(graph->chunks[i], EDGE_CHUNK, sizeof **graph->chunks);
    free(graph->chunks);
    *graph = (struct pointer_graph){0};
}
