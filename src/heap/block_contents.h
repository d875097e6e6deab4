/* SPDX-License-Identifier: MIT
 *
 * Collects the pointers that blocks hold. */
#ifndef LEAKWATCH_HEAP_BLOCK_CONTENTS_H
#define LEAKWATCH_HEAP_BLOCK_CONTENTS_H

#include "block_table.h"
#include "pointer_graph.h"
#include "range_reader.h"

/* Reads the contents of all blocks, in ascending order, and adds their words to the collector. */
void block_contents_collect(const struct block_table *table, struct range_reader *reader, struct pointer_collector *collector);

#endif
