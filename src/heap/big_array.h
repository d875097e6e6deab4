/* SPDX-License-Identifier: MIT
 *
 * Large arrays that are accessed at random: on huge pages where the kernel gives them, since most of the time would otherwise go
 * into misses of the TLB (measured: a flood fill over 15 million blocks takes a third less). */
#ifndef LEAKWATCH_HEAP_BIG_ARRAY_H
#define LEAKWATCH_HEAP_BIG_ARRAY_H

#include <stddef.h>

/* Room for `count` elements of `size` bytes, not initialised, to be released with free(). Never NULL. */
void *big_array_create(size_t count, size_t size);

#endif
