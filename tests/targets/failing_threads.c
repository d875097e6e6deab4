/* SPDX-License-Identifier: MIT
 *
 * Eight threads that allocate at the same time. The status is the number of allocations that failed.
 *
 * expect: leaks none
 * expect: valgrind skip: it takes descriptors of threads for possibly lost
 *
 * expect: case one
 * expect: options --fail-alloc=20000
 * expect: failing any status 1
 * expect: fails status worker
 * expect: process exit 1
 * expect: status 1
 *
 * expect: case last
 * expect: options --fail-alloc=20000+
 * expect: failing any status 1
 * expect: process exit 200
 * expect: status 200 */
#include <pthread.h>

#include "target.h"

#define THREADS 8
#define CALLS   10000
#define LIMIT   200 /* a status holds no more */

static pthread_barrier_t all_there;
static int failed;

static void *worker(void *unused)
{
    pthread_barrier_wait(&all_there);
    for (int i = 0; i < CALLS; i++) {
        void *block = opaque(malloc(40));
        if (block == NULL)
            __atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
        free(block);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&all_there, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, worker, NULL))
            return 255;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    clear_stack();
    return failed < LIMIT ? failed : LIMIT;
}
