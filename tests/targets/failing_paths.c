/* SPDX-License-Identifier: MIT
 *
 * What comes of allocations that fail, one in each run: one is reported, one is ignored, one leaks what was taken before it, one is
 * not looked at, one is tried again for ever. What is lost in any case is not held against them.
 *
 * expect: leaks definite 1 8
 * expect: record definite 1 8 in lose
 * expect: valgrind same
 *
 * expect: case series
 * expect: options --fail-alloc=1..100 --fail-alloc-timeout=4s
 * expect: failing 9 ok 4 status 1 leak 2 hang 1 crash 1
 * expect: fails ok lose main
 * expect: fails status plain main
 * expect: fails ok optional main
 * expect: fails leak take pair main loses definite 1 40 in take pair main
 * expect: fails crash careless main
 * expect: fails leak twice main loses definite 1 70 in twice main
 * expect: fails hang stubborn main
 * expect: verdict errors
 *
 * expect: case quiet_where_nothing_counts
 * expect: options --fail-alloc=1..4 --errors-for-leak-kinds=none
 * expect: failing 9 ok 3 status 1
 * expect: verdict clean
 *
 * expect: case counts_as_error
 * expect: options --fail-alloc=5..5 --error-exitcode=9
 * expect: failing 9 leak 1
 * expect: status 9
 *
 * expect: case one
 * expect: options --fail-alloc=5
 * expect: failing 9 ok 1
 * expect: fails ok take pair main
 * expect: leaks definite 2 48
 * expect: valgrind gives definite 1 8: nothing fails there
 *
 * expect: case beyond
 * expect: options --fail-alloc=10..20
 * expect: failing 9 */
#include <stdbool.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose(void)
{
    opaque(malloc(8)); /* 1 */
}

static NOINLINE bool plain(void)
{
    void *block = opaque(malloc(16)); /* 2 */
    free(block);
    return block != NULL;
}

static NOINLINE void optional(void)
{
    free(opaque(malloc(24))); /* 3 */
}

static NOINLINE void *take(size_t size)
{
    return opaque(malloc(size));
}

/* The error path forgets the first block. */
static NOINLINE void pair(void)
{
    char *first = take(40), *second = take(50); /* 4, 5 */
    if (second == NULL)
        return;
    free(first);
    free(second);
}

static NOINLINE void careless(void)
{
    volatile char *block = opaque(malloc(60)); /* 6 */
    block[0] = 1;
    free((void *)block);
}

/* realloc() failed: the block is still there. */
static NOINLINE void twice(void)
{
    char *block = opaque(malloc(70)); /* 7 */
    if (block == NULL)
        return;
    block = opaque(realloc(block, 7000)); /* 8 */
    free(block);
}

static NOINLINE void stubborn(void)
{
    void *block = opaque(malloc(90)); /* 9 */
    while (block == NULL)
        pause();
    free(block);
}

int main(void)
{
    lose();
    if (!plain())
        return 2;
    optional();
    pair();
    careless();
    twice();
    stubborn();
    clear_stack();
    return 0;
}
