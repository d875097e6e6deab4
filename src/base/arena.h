/* SPDX-License-Identifier: MIT
 *
 * Memory that is given back all at once. Nothing is returned to the C library between uses, so that work which repeats allocates
 * nothing. All zero is an empty arena. */
#ifndef LEAKWATCH_BASE_ARENA_H
#define LEAKWATCH_BASE_ARENA_H

#include <stddef.h>

struct arena {
    struct arena_block *first, *current;
    size_t used; /* bytes of the current block */
};

/* Room for `size` bytes, aligned for any type and zeroed; valid until arena_reset(). */
void *arena_alloc(struct arena *arena, size_t size);
/* A copy of `size` bytes, with a NUL behind. */
char *arena_copy(struct arena *arena, const void *bytes, size_t size);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Forgets all contents and keeps the memory for what comes. */
void arena_reset(struct arena *arena);
void arena_finish(struct arena *arena);

#endif
