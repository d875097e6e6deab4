/* SPDX-License-Identifier: MIT
 *
 * A list whose head is forgotten: the head is lost, the other nodes hang on it.
 *
 * expect: leaks definite 1 24 indirect 99 2376
 * expect: record definite 1 24 + 99 2376 in build_list lose_list main
 * expect: record indirect 99 2376 in build_list lose_list main
 * expect: valgrind same */
#include "target.h"

struct node {
    struct node *next;
    long value[2];
};

static NOINLINE struct node *build_list(int length)
{
    struct node *head = NULL;
    for (int i = 0; i < length; i++) {
        struct node *node = malloc(sizeof *node);
        node->next = head;
        head = node;
    }
    return head;
}

static NOINLINE void lose_list(void)
{
    opaque(build_list(100));
}

int main(void)
{
    lose_list();
    clear_stack();
    return 0;
}
