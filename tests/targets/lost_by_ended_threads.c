/* SPDX-License-Identifier: MIT
 *
 * The stacks of ended threads are kept by the C library for the next thread; pointers on them keep nothing alive.
 *
 * expect: leaks definite 10 5000
 * expect: record definite 10 5000 in lose_on_stack
 * expect: valgrind gives definite 10 5000: it takes descriptors of threads, also of ended ones, for possibly lost */
#include <pthread.h>

#include "target.h"

static NOINLINE void lose_on_stack(void)
{
    void *volatile slots[8] = {0};
    slots[3] = malloc(500);
    opaque(slots[3]);
}

static void *worker(void *unused)
{
    lose_on_stack();
    return NULL;
}

int main(void)
{
    pthread_t threads[10];
    for (int i = 0; i < 10; i++)
        if (pthread_create(&threads[i], NULL, worker, NULL))
            return 1;
    for (int i = 0; i < 10; i++)
        pthread_join(threads[i], NULL);
    clear_stack();
    return 0;
}
