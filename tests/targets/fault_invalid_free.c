/* SPDX-License-Identifier: MIT
 *
 * Addresses are freed that were never handed out.
 *
 * expect: valgrind skip: it does not let the program end as it does
 * expect: case stack
 * expect: args stack
 * expect: process signal SIGABRT
 * expect: error invalid-free in free_stack main
 * expect: case interior
 * expect: args interior
 * expect: process signal SIGABRT
 * expect: leaks reachable 1 1000
 * expect: error invalid-free in free_interior main
 * expect: case realloc
 * expect: args realloc
 * expect: process signal SIGABRT
 * expect: error invalid-free in realloc_static main */
#include <string.h>

#include "target.h"

static void *block;
static char space[256];

static NOINLINE void free_stack(void)
{
    char local[256] __attribute__((aligned(16))) = {0};
    free(opaque(local + 64));
}

static NOINLINE void free_interior(void)
{
    block = calloc(1, 1000);
    opaque(&block);
    free(opaque((char *)block + 160));
}

static NOINLINE void realloc_static(void)
{
    opaque(realloc(opaque(space + 64), 100));
}

int main(int argc, char **argv)
{
    if (!strcmp(argv[1], "stack"))
        free_stack();
    else if (!strcmp(argv[1], "interior"))
        free_interior();
    else
        realloc_static();
    return 0;
}
