/* SPDX-License-Identifier: MIT
 *
 * An allocator that keeps the length in front of what it hands out (as sqlite does): the pointer behind the length holds the block.
 *
 * expect: leaks possible 1 108 reachable 1 108
 * expect: record reachable 1 108 in allocate_with_length main
 * expect: record possible 1 108 in allocate_with_wrong_length main
 * expect: valgrind same */
#include "target.h"

void *right, *wrong;

static NOINLINE void *allocate_with_length(uint64_t size)
{
    uint64_t *block = calloc(1, size + sizeof *block);
    *block = size;
    return block + 1;
}

static NOINLINE void *allocate_with_wrong_length(uint64_t size)
{
    uint64_t *block = calloc(1, size + sizeof *block);
    *block = size + 1;
    return block + 1;
}

int main(void)
{
    right = allocate_with_length(100);
    wrong = allocate_with_wrong_length(100);
    clear_stack();
    return 0;
}
