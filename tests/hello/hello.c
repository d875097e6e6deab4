/* SPDX-License-Identifier: MIT
 *
 * Loses 3 blocks of 100 bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void lose(void)
{
    for (int i = 0; i < 3; i++) {
        void *volatile block = malloc(100);
        memset(block, 1, 100);
    }
}

/* So that no address of a block is left on the stack. */
__attribute__((noinline)) static void clear_stack(void)
{
    char space[4096];

    explicit_bzero(space, sizeof space);
}

int main(void)
{
    lose();
    clear_stack();
    puts("hello");
    return 0;
}
