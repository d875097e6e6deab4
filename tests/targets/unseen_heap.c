/* SPDX-License-Identifier: MIT
 *
 * Programs that nothing can be preloaded into, or that must not be preloaded: they run as they do natively, and the report says
 * that their heap was not seen. Built in several ways, see meson.build.
 *
 * expect: process exit 3
 * expect: coverage none
 * expect: verdict incomplete
 * expect: leaks none
 * expect: valgrind skip: there is nothing to compare */
#include <stdio.h>

#include "target.h"

int main(void)
{
    puts("running");
    free(opaque(malloc(100)));
    return 3;
}
