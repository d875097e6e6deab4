/* SPDX-License-Identifier: MIT
 *
 * Blocks held by data that lives as long as the program: initialised, zeroed, function-local, in an array, through another block.
 *
 * expect: leaks reachable 6 210
 * expect: record reachable 1 60 in fill main
 * expect: valgrind same */
#include "target.h"

struct link {
    void *child;
    long value[6];
};
void *zeroed;
void *initialised = &zeroed;
static void *hidden[100];

static NOINLINE void fill(void)
{
    static void *local;
    zeroed = malloc(10);
    initialised = malloc(20);
    hidden[57] = malloc(30);
    local = malloc(34);
    struct link *link = calloc(1, sizeof *link);
    link->child = malloc(60);
    hidden[99] = link;
    opaque(&local);
    opaque(hidden);
}

int main(void)
{
    fill();
    clear_stack();
    return 0;
}
