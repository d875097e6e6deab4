/* SPDX-License-Identifier: MIT
 *
 * Blocks held by local variables of eight blocked threads and of main. The descriptors of running threads are no leak.
 *
 * expect: leaks none
 * expect: record reachable 8 800 in hold_on_stack
 * expect: record reachable 1 60 in main
 * expect: valgrind gives definite 0 0: it takes descriptors of running threads for possibly lost */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "target.h"

static sem_t ready;

static NOINLINE void hold_on_stack(void)
{
    void *volatile slots[64] = {0};
    slots[40] = malloc(100);
    opaque((void *)slots);
    sem_post(&ready);
    for (;;)
        pause();
}

static void *worker(void *unused)
{
    hold_on_stack();
    return NULL;
}

int main(void)
{
    pthread_t thread;
    void *volatile held = malloc(60);
    opaque(held);
    sem_init(&ready, 0, 0);
    for (int i = 0; i < 8; i++)
        if (pthread_create(&thread, NULL, worker, NULL))
            return 1;
    for (int i = 0; i < 8; i++)
        while (sem_wait(&ready))
            ;
    clear_stack();
    exit(opaque(held) ? 0 : 1);
}
