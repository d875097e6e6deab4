/* SPDX-License-Identifier: MIT */
#include "big_array.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/xalloc.h"

#define HUGE_PAGE ((size_t)2 << 20)

/* Whole huge pages if there is at least one. */
static size_t bytes_of(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return SIZE_MAX / 2;
    if (bytes >= HUGE_PAGE)
        return (bytes + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    return bytes ? bytes : 1;
}

static char *map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED)
        xmalloc(SIZE_MAX / 2); /* fails too, with the message that people know */
    return memory;
}

void *big_array_create(size_t count, size_t size)
{
    size_t bytes = bytes_of(count, size);

    if (bytes < HUGE_PAGE)
        return map(bytes);
    char *memory = map(bytes + HUGE_PAGE);
    size_t before = -(uintptr_t)memory & (HUGE_PAGE - 1);
    if (before)
        munmap(memory, before);
    munmap(memory + before + bytes, HUGE_PAGE - before);
    madvise(memory + before, bytes, MADV_HUGEPAGE); /* a wish: where it is not granted nothing is lost */
    return memory + before;
}

void big_array_destroy(void *array, size_t count, size_t size)
{
    if (array)
        munmap(array, bytes_of(count, size));
}
