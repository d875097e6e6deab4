/* SPDX-License-Identifier: MIT */
#include "heap/big_array.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "xalloc.h"

#define HUGE_PAGE ((size_t)2 << 20)

void *big_array_create(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes < 2 * HUGE_PAGE || bytes > SIZE_MAX - HUGE_PAGE)
        return xreallocarray(NULL, count, size);
    bytes = (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    void *array = aligned_alloc(HUGE_PAGE, bytes);
    if (array == NULL)
        return xreallocarray(NULL, count, size);
    madvise(array, bytes, MADV_HUGEPAGE); /* a wish: where it is not granted nothing is lost */
    return array;
}
