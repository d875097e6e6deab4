/* SPDX-License-Identifier: MIT
 *
 * Threads are cancelled asynchronously while they do nothing but malloc and free. A block may be lost by that, natively too;
 * nothing may hang, and what is lost afterwards is reported.
 *
 * expect: more
 * expect: record definite 1 777 in lose_block main
 * expect: valgrind skip: where the threads are cancelled is chance */
#include <pthread.h>
#include <semaphore.h>

#include "target.h"

static sem_t ready;

static NOINLINE void lose_block(void)
{
    opaque(malloc(777));
}

static void *busy(void *unused)
{
    for (int i = 0; i < 100; i++)
        free(opaque(malloc(40)));
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    sem_post(&ready);
    for (;;)
        free(opaque(malloc(40)));
    return NULL;
}

int main(void)
{
    sem_init(&ready, 0, 0);
    for (int i = 0; i < 100; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, busy, NULL))
            return 1;
        while (sem_wait(&ready))
            ;
        pthread_cancel(thread);
        pthread_join(thread, NULL);
    }
    lose_block();
    clear_stack();
    return 0;
}
