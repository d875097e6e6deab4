/* SPDX-License-Identifier: MIT
 *
 * Two lost blocks point to a third: two definite, one indirect, wherever the third one lies. (In which of the two records the third
 * is counted depends on addresses in memcheck; here only the totals are compared.)
 *
 * expect: leaks definite 4 192 indirect 2 112
 * expect: record indirect 1 56 in lose_child_first main
 * expect: record indirect 1 56 in lose_child_last main
 * expect: valgrind same */
#include "target.h"

struct parent {
    void *child;
    long value[5];
};

static NOINLINE void lose_child_first(void)
{
    void *child = calloc(1, 56);
    struct parent *first = calloc(1, sizeof *first), *second = calloc(1, sizeof *second);
    first->child = second->child = child;
    opaque(first);
    opaque(second);
}

static NOINLINE void lose_child_last(void)
{
    struct parent *first = calloc(1, sizeof *first), *second = calloc(1, sizeof *second);
    first->child = second->child = calloc(1, 56);
    opaque(first);
    opaque(second);
}

int main(void)
{
    lose_child_first();
    lose_child_last();
    clear_stack();
    return 0;
}
