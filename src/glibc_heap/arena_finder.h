/* SPDX-License-Identifier: MIT
 *
 * Finds main_arena and what hangs on it. */
#ifndef LEAKWATCH_GLIBC_HEAP_ARENA_FINDER_H
#define LEAKWATCH_GLIBC_HEAP_ARENA_FINDER_H

#include <stdbool.h>

struct heap_walk;

/* Looks for main_arena in the writable data of the C library, or where there is none by that name, of all objects (a program that
 * is linked statically). Stores the layout and the states of all arenas, the main one first. Returns false if there is none. */
bool arena_finder_run(struct heap_walk *walk);

/* Looks for malloc's parameters (mp_) near the main arena: stores sbrk_base and what malloc counts as mapped chunks. */
void arena_finder_parameters(struct heap_walk *walk);

#endif
