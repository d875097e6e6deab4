/* SPDX-License-Identifier: MIT
 *
 * Blocks lost below 50 000 frames, and from many depths: the stack is cut after --num-callers frames, and stacks that are equal up
 * to there are one record.
 *
 * expect: options --num-callers=12
 * expect: leaks definite 101 2424
 * expect: record definite 100 2400 in lose_block descend descend descend descend descend descend descend descend descend descend
 * expect: record definite 1 24 in lose_block descend main
 * expect: valgrind skip: its stack of 8 MiB is used up earlier */
#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static NOINLINE int descend(int depth)
{
    volatile int kept = depth;
    if (depth % 500 == 0)
        lose_block();
    if (depth < 50000)
        descend(depth + 1);
    return kept;
}

int main(void)
{
    descend(0);
    clear_stack();
    return 0;
}
