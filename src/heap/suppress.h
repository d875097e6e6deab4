/* SPDX-License-Identifier: MIT
 *
 * Takes out the blocks that somebody does not want to hear of, with all that hangs below them. */
#ifndef LEAKWATCH_HEAP_SUPPRESS_H
#define LEAKWATCH_HEAP_SUPPRESS_H

#include "block_table.h"
#include "flood.h"
#include "leak_scan.h"

/* Asks once for each call site and kind that has blocks: first all definite ones, then, of what is left, the indirect ones, then
 * the possible ones. A suppressed block counts as if the program still had it: it and all that can be reached from it, except what
 * is reachable anyway, get MARK_SUPPRESSED. */
void suppress_blocks(const struct block_table *table, size_t site_count, const struct pointer_graph *graph, uint8_t *marks,
                     leak_suppressed *suppressed, void *context);

#endif
