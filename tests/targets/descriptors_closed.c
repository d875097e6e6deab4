/* SPDX-License-Identifier: MIT
 *
 * The program closes every descriptor there is before it loses its block.
 *
 * expect: process exit 7
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: valgrind skip: it keeps descriptors of its own */
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

int main(void)
{
    closefrom(0);
    lose_block();
    clear_stack();
    return 7;
}
