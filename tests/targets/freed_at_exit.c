/* SPDX-License-Identifier: MIT
 *
 * Everything is freed, but only by exit handlers and destructors.
 *
 * expect: leaks reachable 0 0
 * expect: valgrind same */
#include "target.h"

static void *blocks[3];

static void free_first(void)
{
    free(blocks[0]);
}

static void free_second(void)
{
    free(blocks[1]);
}

__attribute__((destructor)) static void free_third(void)
{
    free(blocks[2]);
}

int main(void)
{
    for (int i = 0; i < 3; i++)
        blocks[i] = opaque(malloc(100));
    atexit(free_first);
    atexit(free_second);
    return 0;
}
