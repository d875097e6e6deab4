/* SPDX-License-Identifier: MIT
 *
 * Sizes at the edges: zero bytes, 16 MiB and more (which do not fit into a word of the ledger), one that is mapped by itself.
 *
 * expect: leaks definite 5 134217742
 * expect: record definite 1 0 in lose_empty main
 * expect: record definite 1 16777215 in lose_large main
 * expect: record definite 1 16777216 in lose_large main
 * expect: record definite 1 100663296 in lose_large main
 * expect: record definite 1 15 in lose_large main
 * expect: valgrind skip: it maps low addresses, so that numbers look like pointers into the large blocks */
#include "target.h"

static NOINLINE void lose_empty(void)
{
    opaque(malloc(0));
}

static NOINLINE void lose_large(size_t size)
{
    opaque(malloc(size));
}

int main(void)
{
    lose_empty();
    lose_large(16777215);
    lose_large(16777216);
    lose_large(100663296);
    lose_large(15);
    clear_stack();
    return 0;
}
