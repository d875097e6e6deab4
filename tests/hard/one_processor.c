/* SPDX-License-Identifier: MIT
 *
 * Four threads that allocate share one processor with each other and with whoever watches: none waits for another for ever.
 *
 * cases: S50
 * ways: run trace look follow */
#include <pthread.h>
#include <sched.h>

#include "hard.h"

static void *allocate(void *unused)
{
    for (int i = 0; i < 20000; i++)
        free(malloc(100));
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t threads[4];
    cpu_set_t set;

    hard_begin(argc, argv);
    CPU_ZERO(&set);
    CPU_SET(sched_getcpu(), &set);
    REQUIRE(sched_setaffinity(0, sizeof set, &set) == 0, "not bound");
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, allocate, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return hard_ok();
}
