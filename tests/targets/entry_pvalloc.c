/* SPDX-License-Identifier: MIT
 *
 * pvalloc, the one entry point that memcheck does not know; and one block of each aligned function freed again.
 *
 * expect: record definite 1 109 in by_pvalloc main
 * expect: leaks definite 1 109
 * expect: valgrind skip: it ends the program when pvalloc is called */
#include <malloc.h>

#include "target.h"

static NOINLINE void by_pvalloc(void)
{
    if ((uintptr_t)opaque(pvalloc(109)) % 4096)
        abort();
}

static NOINLINE void free_all_forms(void)
{
    void *block = NULL;
    free(opaque(pvalloc(5000)));
    free(opaque(valloc(5000)));
    free(opaque(memalign(64, 5000)));
    free(opaque(aligned_alloc(64, 6400)));
    if (posix_memalign(&block, 64, 5000))
        abort();
    free(opaque(block));
}

int main(void)
{
    by_pvalloc();
    free_all_forms();
    clear_stack();
    return 0;
}
