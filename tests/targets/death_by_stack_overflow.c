/* SPDX-License-Identifier: MIT
 *
 * The stack overflows: the deepest frames cannot call anything any more, the report is written from outside.
 *
 * expect: process signal SIGSEGV
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: valgrind same */
#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static NOINLINE int descend(int depth)
{
    volatile char space[1000];
    space[depth % 1000] = 1;
    free(opaque(malloc(100)));
    if (depth > 0)
        depth = descend(depth + 1);
    return depth + space[0];
}

int main(void)
{
    lose_block();
    clear_stack();
    return descend(1);
}
