/* SPDX-License-Identifier: MIT
 *
 * Large arrays that are accessed at random: on huge pages where the kernel gives them, since most of the time would otherwise go
 * into misses of the TLB (measured: a flood fill over 15 million blocks takes a third less). What is not touched costs nothing. */
#ifndef LEAKWATCH_HEAP_BIG_ARRAY_H
#define LEAKWATCH_HEAP_BIG_ARRAY_H

#include <stddef.h>

/* `count` elements of `size` bytes, all zero. Never NULL: ends the program as xmalloc() does if there is no memory. */
void *big_array_create(size_t count, size_t size);
/* With the same count and size; takes NULL. */
void big_array_destroy(void *array, size_t count, size_t size);

#endif
