/* SPDX-License-Identifier: MIT
 *
 * A block is what its last successful realloc made it: after growing, shrinking, a failed realloc, and realloc(p, 0), which frees.
 *
 * expect: leaks definite 3 7050
 * expect: record definite 1 5000 in grow main
 * expect: record definite 1 50 in shrink main
 * expect: record definite 1 2000 in fail_to_grow main
 * expect: valgrind same */
#include "target.h"

static NOINLINE void grow(void)
{
    void *block = NULL;
    for (size_t size = 50; size <= 5000; size += 50)
        block = opaque(realloc(block, size));
    opaque(block);
}

static NOINLINE void shrink(void)
{
    void *block = malloc(200000);
    for (size_t size = 100000; size >= 50; size /= 2)
        block = opaque(realloc(block, size));
    opaque(realloc(block, 50));
}

static NOINLINE void fail_to_grow(void)
{
    void *block = malloc(2000);
    if (realloc(opaque(block), PTRDIFF_MAX - (uintptr_t)opaque((void *)4096)))
        abort();
}

static NOINLINE void free_by_zero(void)
{
    void *block = malloc(3000);
    if (realloc(opaque(block), (size_t)(uintptr_t)opaque(NULL)))
        abort();
}

int main(void)
{
    grow();
    shrink();
    fail_to_grow();
    free_by_zero();
    clear_stack();
    return 0;
}
