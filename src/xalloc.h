/* SPDX-License-Identifier: MIT
 * Allocation that ends the program with a message (exit status 125) instead of returning NULL. Not for preload/.
 *
 * libiberty brings functions with some of these names and the same meaning; it finds ours first, as long as none is missing. */
#ifndef LEAKWATCH_XALLOC_H
#define LEAKWATCH_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
/* Room for `count` elements of `size` bytes; overflow of the product counts as out of memory. */
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t size);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Grows `array` (of elements of `size` bytes, `*capacity` of them allocated) so that `needed` elements fit; returns the array. */
void *xgrow(void *array, size_t *capacity, size_t needed, size_t size);

#endif
