/* SPDX-License-Identifier: MIT
 *
 * The struct in which an arena keeps its state. */
#ifndef LEAKWATCH_GLIBC_HEAP_ARENA_STATE_H
#define LEAKWATCH_GLIBC_HEAP_ARENA_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct heap_walk;
struct arena_layout;
struct arena_state;

/* Reads the arena at `address`. Returns false if it cannot be read or makes no sense: bins that are empty from one side only, no
 * top chunk, more memory than ever before. `state` is filled as far as possible. */
bool arena_state_read(struct heap_walk *walk, const struct arena_layout *layout, uint64_t address, struct arena_state *state);

/* Is a main arena of this layout at `address`? It makes sense, and the ring of arenas leads back to it. */
bool arena_state_is_main(struct heap_walk *walk, const struct arena_layout *layout, uint64_t address);

#endif
