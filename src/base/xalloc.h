/* SPDX-License-Identifier: MIT
 * Allocation that ends the program with a message (exit status 125) instead of returning NULL. Not for preload/. */
#ifndef LEAKWATCH_BASE_XALLOC_H
#define LEAKWATCH_BASE_XALLOC_H

#include <stddef.h>

/* libiberty has functions of some of these names. As symbols ours are called differently, so that the linker takes neither for the
 * other. */
#define XALLOC_SYMBOL(name) __asm__("leakwatch_" name)

void *xmalloc(size_t size) XALLOC_SYMBOL("xmalloc");
void *xcalloc(size_t count, size_t size) XALLOC_SYMBOL("xcalloc");
/* Room for `count` elements of `size` bytes; overflow of the product counts as out of memory. */
void *xreallocarray(void *old, size_t count, size_t size) XALLOC_SYMBOL("xreallocarray");
char *xstrdup(const char *text) XALLOC_SYMBOL("xstrdup");
char *xstrndup(const char *text, size_t size) XALLOC_SYMBOL("xstrndup");
/* Of an array that ends with NULL: the array and each string are the caller's. NULL is copied as an empty one. */
char **xstrdupv(char *const *words) XALLOC_SYMBOL("xstrdupv");
char *xasprintf(const char *format, ...) XALLOC_SYMBOL("xasprintf") __attribute__((format(printf, 1, 2)));

/* Grows `array` (of elements of `size` bytes, `*capacity` of them allocated) so that `needed` elements fit; returns the array. */
void *xgrow(void *array, size_t *capacity, size_t needed, size_t size) XALLOC_SYMBOL("xgrow");

#endif
