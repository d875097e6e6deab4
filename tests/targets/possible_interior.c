/* SPDX-License-Identifier: MIT
 *
 * A block to which only a pointer into its middle is left is possibly lost, and so is what hangs on it.
 *
 * expect: leaks possible 2 154
 * expect: record possible 1 104 in keep_middle main
 * expect: record possible 1 50 in keep_middle main
 * expect: valgrind same */
#include "target.h"

struct block {
    void *child;
    char text[96];
};
char *middle;

static NOINLINE void keep_middle(void)
{
    struct block *block = calloc(1, sizeof *block);
    block->child = malloc(50);
    middle = (char *)block + 40;
}

int main(void)
{
    keep_middle();
    clear_stack();
    return 0;
}
