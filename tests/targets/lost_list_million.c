/* SPDX-License-Identifier: MIT
 *
 * A list of a million nodes: following it must take neither a deep stack nor long.
 *
 * expect: leaks definite 1 16 indirect 999999 15999984
 * expect: valgrind skip: memcheck needs minutes */
#include "target.h"

struct node {
    struct node *next;
    long value;
};

static NOINLINE void lose_list(int length)
{
    struct node *head = NULL;
    for (int i = 0; i < length; i++) {
        struct node *node = malloc(sizeof *node);
        node->next = head;
        head = node;
    }
    opaque(head);
}

int main(void)
{
    lose_list(1000000);
    clear_stack();
    return 0;
}
