/* SPDX-License-Identifier: MIT
 *
 * Blocks of which nobody knows where they were taken, put together by what they are: objects of one C++ type, blocks whose first
 * word points to one place in a loaded file (a table of functions, a function), text, or blocks of one size. Each group takes the
 * place of a call site. */
#ifndef LEAKWATCH_HEAP_BLOCK_GROUPS_H
#define LEAKWATCH_HEAP_BLOCK_GROUPS_H

#include "snapshot.h"

/* Adds to snapshot->sites, of which the first is there, one with a `content` or `points_to` for each group, and gives each block
 * its site whose call site is not known. Reads the first bytes of those blocks: the process must stand still. */
void block_groups_make(struct snapshot *snapshot);

#endif
