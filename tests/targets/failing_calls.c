/* SPDX-License-Identifier: MIT
 *
 * Every function that allocates, each of which fails as its manual says. Status 0: all worked; 42: all failed as they should.
 *
 * expect: leaks none
 * expect: valgrind same
 *
 * expect: case all
 * expect: options --fail-alloc=1+
 * expect: failing 11 status 1
 * expect: fails status main
 * expect: process exit 42
 * expect: status 42
 *
 * expect: case realloc_alone
 * expect: options --fail-alloc=3
 * expect: failing 3 status 1
 * expect: fails status grow main
 * expect: process exit 1
 * expect: status 1
 *
 * expect: case none
 * expect: options --fail-alloc=13
 * expect: failing 12 */
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <string.h>

#include "target.h"

#define CALLS 11
static int failed;

static NOINLINE void check(void *block)
{
    if (block == NULL && errno == ENOMEM)
        failed++;
    free(block);
    errno = 0;
}

static NOINLINE void align(void)
{
    void *block = &failed;
    int error = posix_memalign(&block, 64, 100);
    if (error == ENOMEM && block == &failed)
        failed++;
    else if (error == 0)
        free(block);
}

/* A block that cannot grow stays as it was. One that is freed by a size of 0 is, and nothing is counted. */
static NOINLINE bool grow(void)
{
    char *block = opaque(malloc(20)); /* 2 */
    if (block == NULL)
        return true;
    strcpy(block, "kept");
    char *larger = opaque(realloc(block, 2000)); /* 3 */
    bool kept = strcmp(larger ? larger : block, "kept") == 0;
    opaque(realloc(larger ? larger : block, 0));
    return kept && larger != NULL;
}

int main(void)
{
    errno = 0;
    check(opaque(malloc(10))); /* 1 */
    if (!grow())
        return 1;
    errno = 0;
    check(opaque(calloc(10, 10))); /* 4 */
    check(opaque(realloc(NULL, 10)));
    check(opaque(reallocarray(NULL, 10, 10)));
    align();
    check(opaque(aligned_alloc(64, 128)));
    check(opaque(memalign(64, 100)));
    check(opaque(valloc(100)));
    check(opaque(pvalloc(100)));     /* 11 */
    check(opaque(strdup("a copy"))); /* 12 */
    clear_stack();
    return failed == 0 ? 0 : failed == CALLS - 1 ? 42 : 2;
}
