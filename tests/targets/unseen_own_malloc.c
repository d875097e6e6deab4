/* SPDX-License-Identifier: MIT
 *
 * An executable with a malloc of its own: its heap cannot be seen, and the report says so.
 *
 * expect: coverage not-full
 * expect: verdict incomplete
 * expect: leaks none
 * expect: valgrind skip: it replaces the program's malloc */
#include <stdio.h>
#include <string.h>

#include "target.h"

static char space[1 << 20] __attribute__((aligned(16)));
static size_t used;

void *malloc(size_t size)
{
    size_t *block = (size_t *)(space + used + 16);
    used += (size + 31) & ~(size_t)15;
    if (used > sizeof space - 64)
        return NULL;
    block[-1] = size;
    return block;
}

void free(void *block)
{
}

void *calloc(size_t count, size_t size)
{
    return malloc(count * size);
}

void *realloc(void *block, size_t size)
{
    void *moved = malloc(size);
    if (block && moved)
        memcpy(moved, block, ((size_t *)block)[-1] < size ? ((size_t *)block)[-1] : size);
    return moved;
}

int main(void)
{
    puts("own malloc");
    return opaque(malloc(10)) ? 0 : 1;
}
