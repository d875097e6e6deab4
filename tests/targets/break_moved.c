/* SPDX-License-Identifier: MIT
 *
 * The program moves the break itself, between blocks of the C library, and keeps a pointer there.
 *
 * expect: leaks definite 1 24 reachable 1 70
 * expect: record definite 1 24 in lose_block main
 * expect: record reachable 1 70 in hold_in_break main
 * expect: valgrind same */
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static NOINLINE void hold_in_break(void)
{
    void **area = sbrk(8192);
    if (area == (void *)-1)
        abort();
    area[500] = malloc(70);
}

int main(void)
{
    free(opaque(malloc(100)));
    hold_in_break();
    for (int i = 0; i < 5000; i++)
        free(opaque(malloc(100000)));
    lose_block();
    clear_stack();
    return 0;
}
