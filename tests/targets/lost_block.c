/* SPDX-License-Identifier: MIT
 *
 * One block that nothing points to any more.
 *
 * expect: leaks definite 1 24
 * expect: record definite 1 24 from malloc in lose_block main
 * expect: valgrind same */
#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

int main(void)
{
    lose_block();
    clear_stack();
    return 0;
}
