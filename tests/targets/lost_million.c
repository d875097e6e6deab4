/* SPDX-License-Identifier: MIT
 *
 * A million lost blocks of one call site, with freed ones between them.
 *
 * expect: leaks definite 1000000 24000000
 * expect: record definite 1000000 24000000 in lose_one main
 * expect: valgrind skip: memcheck needs minutes */
#include "target.h"

static NOINLINE void lose_one(void)
{
    opaque(malloc(24));
}

int main(void)
{
    for (int i = 0; i < 1000000; i++) {
        void *kept = opaque(malloc(40));
        lose_one();
        free(kept);
    }
    clear_stack();
    return 0;
}
