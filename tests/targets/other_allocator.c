/* SPDX-License-Identifier: MIT
 *
 * The program runs with another malloc, preloaded as users do it: blocks, sizes and stacks are right all the same.
 *
 * expect: record definite 1 8 in lose_small main
 * expect: record definite 1 40 in lose_middle main
 * expect: record definite 1 1000 in lose_large main
 * expect: valgrind skip: it replaces the other malloc
 * expect: case jemalloc
 * expect: leaks definite 3 1048
 * expect: environment LD_PRELOAD=libjemalloc.so.2
 * tcmalloc loses a block of its own as it starts: the instance of MallocExtension that another one replaces.
 * expect: case tcmalloc
 * expect: leaks definite 4 1056
 * expect: environment LD_PRELOAD=libtcmalloc_minimal.so.4 */
#include "target.h"

static void *kept[101];

static NOINLINE void lose_small(void)
{
    opaque(malloc(8));
}

static NOINLINE void lose_middle(void)
{
    opaque(malloc(40));
}

static NOINLINE void lose_large(void)
{
    opaque(malloc(1000));
}

int main(void)
{
    for (int i = 0; i < 100; i++)
        kept[i] = opaque(malloc(1 + i * 5));
    /* The first block of a slab is where the slab starts, and allocators keep pointers to their slabs. */
    kept[100] = opaque(malloc(1000));
    lose_small();
    lose_middle();
    lose_large();
    for (int i = 0; i < 100; i += 2)
        free(kept[i]), kept[i] = NULL;
    for (int i = 1; i < 100; i += 2)
        kept[i] = opaque(realloc(kept[i], 1 + i * 7));
    opaque(kept);
    clear_stack();
    return 0;
}
