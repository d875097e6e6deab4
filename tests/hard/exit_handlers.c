/* SPDX-License-Identifier: MIT
 *
 * Exit handlers, destructors of the program and of threads free what is left, each after the other, and allocate meanwhile: nothing
 * is lost.
 *
 * cases: S09 S11
 * ways: run trace look follow
 * report: .summary.verdict == "clean" and .processes[0].heap.live.blocks <= 2 */
#include <pthread.h>

#include "hard.h"

static char *first, *second, *third;
static pthread_key_t key;

static void free_first(void)
{
    free(first);
    second = malloc(20);
}

static void free_second(void)
{
    free(second);
    third = malloc(30);
}

__attribute__((destructor)) static void free_third(void)
{
    free(third);
}

static void destroy(void *value)
{
    static _Thread_local int rounds;

    free(value);
    if (++rounds < 4)
        pthread_setspecific(key, malloc(40));
}

static void *use_key(void *unused)
{
    pthread_setspecific(key, malloc(50));
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t thread;

    hard_begin(argc, argv);
    first = malloc(10);
    atexit(free_second);
    atexit(free_first);
    pthread_key_create(&key, destroy);
    for (int i = 0; i < 5; i++) {
        pthread_create(&thread, NULL, use_key, NULL);
        pthread_join(thread, NULL);
    }
    return hard_ok();
}
