/* SPDX-License-Identifier: MIT
 *
 * Blocks of which nobody knows where they were taken, put together by what they are: objects of one C++ type, text, or blocks of
 * one size. Each group takes the place of a call site. */
#ifndef LEAKWATCH_HEAP_BLOCK_GROUPS_H
#define LEAKWATCH_HEAP_BLOCK_GROUPS_H

#include "heap/snapshot.h"

/* Makes snapshot->sites, of which there is only the first yet, and gives each block its site, with a `content`. Reads the first
 * bytes of every block: the process must stand still. */
void block_groups_make(struct snapshot *snapshot);

#endif
