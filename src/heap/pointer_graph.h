/* SPDX-License-Identifier: MIT
 *
 * Which block points to which: all pointers between blocks, found in one pass over memory, in compressed rows.
 *
 * A row is the pointers that one block holds; the row behind the last block holds the roots'. A pointer takes one entry, the number
 * of the block it points to; a pointer into the inside of a block is marked EDGE_INTERIOR and followed by an entry with its offset.
 * Pointers to the holder itself mean nothing and are left out. */
#ifndef LEAKWATCH_HEAP_POINTER_GRAPH_H
#define LEAKWATCH_HEAP_POINTER_GRAPH_H

#include <string.h>

#include "block_index.h"

#define EDGE_INTERIOR (UINT32_C(1) << 31)

#define EDGE_CHUNK_SHIFT 20
#define EDGE_CHUNK       (UINT64_C(1) << EDGE_CHUNK_SHIFT) /* entries in a chunk: 4 MiB */

/* A position of an entry takes no more: there is one for each block. 2^40 entries would be 4 TiB of them. */
#define ROW_BYTES 5
#define ROW_MASK  ((UINT64_C(1) << ROW_BYTES * 8) - 1)

struct pointer_graph {
    size_t block_count; /* also the number of the roots' row */
    uint8_t *rows;      /* see pointer_graph_row(); as many bytes as pointer_graph_rows_size() says */
    uint32_t **chunks;  /* of entries: growing never copies, which would take twice the memory for a moment */
    size_t chunk_count;
};

/* Where the rows of all blocks, and that of the roots, begin, and where the last one ends. A position is read as a whole word, so
 * there is one more behind. */
static inline size_t pointer_graph_rows_size(size_t block_count)
{
    return (block_count + 2) * ROW_BYTES + sizeof(uint64_t);
}

/* The position of the first entry of a row, which ends where the next one begins. */
static inline uint64_t pointer_graph_row(const struct pointer_graph *graph, size_t row)
{
    uint64_t word;

    memcpy(&word, &graph->rows[row * ROW_BYTES], sizeof word);
    return word & ROW_MASK;
}

static inline const uint32_t *pointer_graph_edge(const struct pointer_graph *graph, uint64_t position)
{
    return &graph->chunks[position >> EDGE_CHUNK_SHIFT][position & (EDGE_CHUNK - 1)];
}

static inline uint32_t edge_target(uint32_t edge)
{
    return edge & ~EDGE_INTERIOR;
}

void pointer_graph_finish(struct pointer_graph *graph);

/* Builds a graph: takes the words of one holder after the other, in ascending order. Words are looked up in batches, so that the
 * memory accesses of many lookups are under way at once. */
struct pointer_collector;

/* The index must outlive the collector. Never NULL. */
struct pointer_collector *pointer_collector_create(const struct block_index *index);

/* Adds the words found in a holder: a block's number, or the number of blocks for the roots. */
void pointer_collector_add(struct pointer_collector *collector, uint32_t holder, const uint64_t *words, size_t count);

/* The same for words of the roots of which only pointers to the start of a block count. */
void pointer_collector_add_starts(struct pointer_collector *collector, const uint64_t *words, size_t count);

/* Adds a block to the roots. */
void pointer_collector_add_root(struct pointer_collector *collector, uint32_t block);

/* Hands over the graph and releases the collector. */
void pointer_collector_finish(struct pointer_collector *collector, struct pointer_graph *graph);

#endif
