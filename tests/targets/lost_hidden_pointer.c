/* SPDX-License-Identifier: MIT
 *
 * A pointer that is stored inverted, and one to the first byte behind a block, keep nothing alive.
 *
 * expect: leaks definite 2 175
 * expect: record definite 1 111 in hide_inverted main
 * expect: record definite 1 64 in hide_behind main
 * expect: valgrind same */
#include "target.h"

uintptr_t inverted;
char *behind;

static NOINLINE void hide_inverted(void)
{
    inverted = ~(uintptr_t)opaque(malloc(111));
}

static NOINLINE void hide_behind(void)
{
    behind = (char *)opaque(malloc(64)) + 64;
}

int main(void)
{
    hide_inverted();
    hide_behind();
    clear_stack();
    return 0;
}
