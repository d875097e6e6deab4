/* SPDX-License-Identifier: MIT
 *
 * A binary tree of 127 nodes whose root is forgotten.
 *
 * expect: leaks definite 1 32 indirect 126 4032
 * expect: record definite 1 32 + 126 4032 in build_tree lose_tree main
 * expect: valgrind same */
#include "target.h"

struct node {
    struct node *left, *right;
    long value[2];
};

static NOINLINE struct node *build_tree(int depth)
{
    if (depth == 0)
        return NULL;
    struct node *node = calloc(1, sizeof *node);
    node->left = build_tree(depth - 1);
    node->right = build_tree(depth - 1);
    return node;
}

static NOINLINE void lose_tree(void)
{
    opaque(build_tree(7));
}

int main(void)
{
    lose_tree();
    clear_stack();
    return 0;
}
