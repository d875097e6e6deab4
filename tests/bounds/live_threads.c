/* SPDX-License-Identifier: MIT
 *
 * usage: live_threads NUMBER [wait]
 * So many threads, each of which holds a block on its stack and lives when the program ends, or when its input ends. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STACK = 32768 };

static sem_t ready;

static void *live(void *context)
{
    void *volatile block = malloc(24);

    sem_post(&ready);
    for (;;)
        pause();
    return block;
}

int main(int argc, char *argv[])
{
    const int count = argc > 1 ? atoi(argv[1]) : 0;
    pthread_attr_t attributes;
    pthread_t thread;
    char byte;

    sem_init(&ready, 0, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    for (int i = 0; i < count; i++)
        if (pthread_create(&thread, &attributes, live, NULL) != 0)
            return 99;
    for (int i = 0; i < count; i++)
        sem_wait(&ready);
    puts("ready");
    fflush(stdout);
    while (argc > 2 && read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    _exit(0);
}
