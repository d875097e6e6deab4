/* SPDX-License-Identifier: MIT
 *
 * Blocks held by thread-specific data: the first keys live in the thread's descriptor, the later ones in blocks of their own.
 *
 * expect: leaks none
 * expect: record reachable 40 2000 in set_keys main
 * expect: record reachable 40 2000 in set_keys worker
 * expect: valgrind gives definite 0 0: it takes descriptors of running threads for possibly lost */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "target.h"

#define KEYS 40
static pthread_key_t keys[KEYS];
static sem_t ready;

static NOINLINE void set_keys(void)
{
    for (int i = 0; i < KEYS; i++)
        pthread_setspecific(keys[i], malloc(50));
}

static void *worker(void *unused)
{
    set_keys();
    clear_stack();
    sem_post(&ready);
    for (;;)
        pause();
    return NULL;
}

int main(void)
{
    pthread_t thread;
    for (int i = 0; i < KEYS; i++)
        if (pthread_key_create(&keys[i], NULL))
            return 1;
    set_keys();
    sem_init(&ready, 0, 0);
    if (pthread_create(&thread, NULL, worker, NULL))
        return 1;
    while (sem_wait(&ready))
        ;
    clear_stack();
    return 0;
}
