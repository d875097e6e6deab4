/* SPDX-License-Identifier: MIT
 *
 * One of forty threads ends the process while the others allocate, sleep and wait for each other.
 *
 * cases: P17
 * status: 21
 * ways: run trace look follow */
#include <pthread.h>

#include "hard.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *be_busy(void *kind)
{
    for (;;) {
        switch ((long)kind % 3) {
        case 0:
            free(malloc(64));
            break;
        case 1:
            pause();
            break;
        default:
            pthread_mutex_lock(&mutex);
            sched_yield();
            pthread_mutex_unlock(&mutex);
        }
    }
    return NULL;
}

static void *end(void *unused)
{
    exit(21);
}

int main(int argc, char *argv[])
{
    pthread_t thread;

    hard_begin(argc, argv);
    for (long i = 0; i < 40; i++)
        pthread_create(&thread, NULL, i == 30 ? end : be_busy, (void *)i);
    pthread_join(thread, NULL);
    for (;;)
        pause();
}
