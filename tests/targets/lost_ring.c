/* SPDX-License-Identifier: MIT
 *
 * A ring keeps itself referenced but nobody else does: one member is lost, the others hang on it. A ring below a lost block is
 * indirect as a whole.
 *
 * expect: leaks definite 2 80 indirect 11 560
 * expect: record definite 1 48 + 4 192 cycle in build_ring lose_ring main
 * expect: record definite 1 32 + 7 368 in lose_holder main
 * expect: valgrind same */
#include "target.h"

struct node {
    struct node *next;
    long value[5];
};
struct holder {
    struct node *ring;
    struct node *other;
    long value[2];
};

static NOINLINE struct node *build_ring(int length)
{
    struct node *first = calloc(1, sizeof *first), *last = first;
    for (int i = 1; i < length; i++) {
        struct node *node = calloc(1, sizeof *node);
        last->next = node;
        last = node;
    }
    last->next = first;
    return first;
}

static NOINLINE void lose_ring(void)
{
    opaque(build_ring(5));
}

static NOINLINE void lose_holder(void)
{
    struct holder *holder = calloc(1, sizeof *holder);
    holder->ring = build_ring(6);
    holder->other = calloc(1, 80);
    opaque(holder);
}

int main(void)
{
    lose_ring();
    lose_holder();
    clear_stack();
    return 0;
}
