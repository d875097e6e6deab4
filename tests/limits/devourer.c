/* SPDX-License-Identifier: MIT
 * usage: devourer
 *
 * Takes memory until somebody kills it: of each 5,000 bytes it loses 4,000 and keeps 1,000. Gives up at 1 GiB. */
#include <stdlib.h>
#include <string.h>

enum { LOST = 4000, KEPT = 1000, ROUNDS = (1 << 30) / (LOST + KEPT) };

struct kept {
    struct kept *next;
    char bytes[KEPT - sizeof(struct kept *)];
};

static struct kept *all;

__attribute__((noinline)) static void lose(void)
{
    char *volatile block = malloc(LOST);

    if (!block)
        abort();
    memset(block, 1, LOST);
}

__attribute__((noinline)) static void keep(void)
{
    struct kept *block = malloc(sizeof *block);

    if (!block)
        abort();
    memset(block, 1, sizeof *block);
    block->next = all;
    all = block;
}

int main(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        lose();
        keep();
    }
    return 1;
}
