/* SPDX-License-Identifier: MIT
 *
 * A block is freed twice: the C library ends the program as it would without leakwatch, and the report says where the block came
 * from.
 *
 * expect: process signal SIGABRT
 * expect: error double-free in free_again main allocated take main
 * expect: valgrind skip: it does not let the program end as it does */
#include "target.h"

static void *block;

static NOINLINE void take(void)
{
    block = malloc(40);
}

static NOINLINE void free_once(void)
{
    free(opaque(block));
}

static NOINLINE void free_again(void)
{
    free(opaque(block));
}

int main(void)
{
    take();
    free_once();
    free_again();
    return 0;
}
