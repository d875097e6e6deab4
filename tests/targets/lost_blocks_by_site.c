/* SPDX-License-Identifier: MIT
 *
 * Blocks of one call site are one record, those of another site another one; a freed block is none.
 *
 * expect: leaks definite 13 1210
 * expect: record definite 10 1000 in lose_hundred main
 * expect: record definite 3 210 in lose_seventy main
 * expect: valgrind same */
#include "target.h"

static NOINLINE void lose_hundred(void)
{
    opaque(malloc(100));
}

static NOINLINE void lose_seventy(void)
{
    opaque(malloc(70));
}

static NOINLINE void lose_nothing(void)
{
    free(opaque(malloc(70)));
}

int main(void)
{
    /* Unrolled loops would make several call sites. */
    for (volatile int i = 0; i < 10; i++)
        lose_hundred();
    for (volatile int i = 0; i < 3; i++)
        lose_seventy();
    lose_nothing();
    clear_stack();
    return 0;
}
