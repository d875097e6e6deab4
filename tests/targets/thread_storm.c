/* SPDX-License-Identifier: MIT
 *
 * A thousand short threads, up to fifty at a time; each loses a block.
 *
 * expect: leaks definite 1000 56000
 * expect: record definite 1000 56000 in lose_block worker
 * expect: valgrind skip: it needs minutes, and takes descriptors of threads, also of ended ones, for possibly lost */
#include <pthread.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(56));
}

static void *worker(void *unused)
{
    free(opaque(malloc(100)));
    lose_block();
    clear_stack();
    return NULL;
}

int main(void)
{
    pthread_t threads[50];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 50; i++)
            if (pthread_create(&threads[i], NULL, worker, NULL))
                return 1;
        for (int i = 0; i < 50; i++)
            pthread_join(threads[i], NULL);
    }
    clear_stack();
    return 0;
}
