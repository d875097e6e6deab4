/* SPDX-License-Identifier: MIT
 *
 * Started with an empty environment by another program: the environment that arrives is empty, and the leak is found.
 *
 * expect: command env -i {target}
 * expect: process exec
 * expect: process exit 0 definite 1 24
 * expect: leaks definite 1 24
 * expect: valgrind skip: it adds to the environment */
#include <stdio.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

int main(void)
{
    for (char **variable = environ; *variable; variable++)
        puts(*variable);
    lose_block();
    clear_stack();
    return 0;
}
