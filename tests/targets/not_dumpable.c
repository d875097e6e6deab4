/* SPDX-License-Identifier: MIT
 *
 * A process that makes itself unreadable for others of its user is still reported on.
 *
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: valgrind same */
#include <sys/prctl.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

int main(void)
{
    if (prctl(PR_SET_DUMPABLE, 0))
        return 1;
    lose_block();
    clear_stack();
    return 0;
}
