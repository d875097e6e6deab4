/* SPDX-License-Identifier: MIT
 *
 * Memory that one thread unmaps another maps at once, all of it locked: what is left is known to the page, in whatever order the
 * exits of their calls are told.
 *
 * expect: leaks none
 * expect: lock none
 * expect: valgrind skip: it runs programs in its own address space, where mlockall would lock its memory */
#include <pthread.h>
#include <sys/mman.h>

#include "target.h"

enum { PAGE = 4096 };

static void check(int result)
{
    if (result != 0)
        abort();
}

/* Some mappings stay. */
static void *map_and_unmap(void *unused)
{
    for (int i = 0; i < 200; i++) {
        char *area = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED)
            abort();
        check(munmap(area + PAGE, PAGE));
        if (i % 8 != 0)
            check(munmap(area, 3 * PAGE));
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[4];

    check(mlockall(MCL_FUTURE));
    for (int i = 0; i < 4; i++)
        check(pthread_create(&threads[i], NULL, map_and_unmap, NULL));
    for (int i = 0; i < 4; i++)
        check(pthread_join(threads[i], NULL));
    return 0;
}
